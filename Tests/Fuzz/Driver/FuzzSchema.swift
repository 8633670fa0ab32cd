import Bytes
import JSON
import JSONSchema

/// A schema and a document, with a record separator between them: whatever both are, the verdict comes in bounded time,
/// is the same when it is asked for again, and turns around under `not`.
func fuzzSchema(_ bytes: RawSpan) {
    guard let separator = bytes.firstOffset(of: 0x1E) else { return }
    let text = bytes.extracting(first: separator)
    let document = bytes.extracting(droppingFirst: separator + 1)
    guard let schema = compiled(text) else { return }
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        let root = try tape.parse(document)
        var validator = SchemaValidator()
        let verdict = validator.validate(root, against: schema)
        require(validator.violationCount <= 16, "there are at most sixteen violations")
        require((verdict == .valid) == (validator.violationCount == 0), "what is wrong is said where something is")
        requireReadable(validator)
        require(validator.validate(root, against: schema) == verdict, "a used validator judges alike")
        requireTurned(text, root, verdict)
    } catch {
        return
    }
}

private func compiled(_ text: RawSpan) -> Schema? {
    do throws(SchemaError) {
        return try Schema(compiling: text, options: SchemaOptions(assertsFormats: true, steps: 20_000))
    } catch {
        require(!error.reason.isEmpty, "a schema is refused for a reason")
        return nil
    }
}

/// The violations are a JSON array, whatever the names in their pointers are.
private func requireReadable(_ validator: borrowing SchemaValidator) {
    var text = ByteBuffer(capacity: 1024)
    validator.appendViolations(to: &text)
    var tape = JSONTape(nodes: 64)
    do throws(JSONError) {
        let count = try tape.parse(text.bytes).count
        require(count == validator.violationCount, "each violation is one element")
    } catch {
        fail("violations are JSON")
    }
}

/// Under `not`, what was valid isn't, and the other way round: unless the schema means something else there, or judging
/// it takes too long.
private func requireTurned(_ text: RawSpan, _ root: JSONValue, _ verdict: SchemaVerdict) {
    guard verdict != .tooComplex, !contains(text, "$") else { return }
    var turned = ByteBuffer(capacity: text.byteCount + 16)
    turned.append("{\"not\":")
    turned.append(text)
    turned.append("}")
    guard let schema = compiled(turned.bytes) else { fail("a schema can stand under another one") }
    var validator = SchemaValidator()
    let opposite = validator.validate(root, against: schema)
    require(opposite == .tooComplex || (opposite == .valid) != (verdict == .valid), "not turns the verdict around")
}

private func contains(_ text: RawSpan, _ character: Unicode.Scalar) -> Bool {
    text.firstOffset(of: UInt8(truncatingIfNeeded: character.value)) != nil
}
