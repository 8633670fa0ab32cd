import Bytes
import CAllocationCounter
import Foundation
import JSON
import JSONSchema
import Statistics

/// Reads documents with our reader and with Foundation's, and validates them, all in turn within each round, so that
/// what the machine does meanwhile falls on all of them.
struct JSONBench {
    static let options: Set = ["--rounds"]

    static let usage = """
        usage: scripts/bench json [--rounds N]

        Reads documents with Ringfort's JSON reader and with Foundation's JSONSerialization, and validates them by a
        schema. Times are medians of rounds in which all three take turns; ratios are medians of each round's own.

          --rounds N   rounds of each document, 3 to 1000 (default 31)
        """

    private let rounds: Int

    init(_ options: Options) throws(BenchError) {
        rounds = try options.number("--rounds", in: 3...1000, standard: 31)
    }

    func run() throws(BenchError) {
        print(try Machine.current().sentence)
        var table = Table([
            .init("document", .left), .init("bytes"), .init("read ns"), .init("GB/s"), .init("JSONSerialization ns"),
            .init("× read"), .init("validate ns"), .init("× read"), .init("allocations"),
        ])
        for document in JSONBenchDocument.all { table.append(try measure(document)) }
        print("\n\(table.text)")
        print("Allocations are those of reading and validating once, with a tape and a validator that are used again.")
    }

    private func measure(_ document: JSONBenchDocument) throws(BenchError) -> [String] {
        let subject = try JSONBenchSubject(document)
        // As many repetitions as take about a millisecond, so that the clock's own cost vanishes.
        let repetitions = max(1, 2_000_000 / (document.bytes.count + 500))
        var read: [Double] = []
        var foundation: [Double] = []
        var validated: [Double] = []
        var allocations: UInt64 = 0
        for round in 0..<rounds + 1 {
            try Interruption.check()
            let reading = try subject.nanosecondsToRead(repetitions)
            let serialization = try subject.nanosecondsOfFoundation(max(1, repetitions / 20))
            guard let both = subject.nanosecondsToValidate(repetitions) else {
                throw .wrongAnswer("\(document.name) breaks its schema")
            }
            // The first round warms caches up.
            guard round > 0 else { continue }
            read.append(reading)
            foundation.append(serialization)
            validated.append(both.nanoseconds)
            allocations = both.allocations
        }
        return try row(document, read, foundation, validated, allocations)
    }

    private func row(
        _ document: JSONBenchDocument, _ read: [Double], _ foundation: [Double], _ validated: [Double],
        _ allocations: UInt64
    ) throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let reading = try Sample(read).median
            return [
                document.name, "\(document.bytes.count)", reading.fixed(0),
                (Double(document.bytes.count) / reading).fixed(2), try Sample(foundation).median.fixed(0),
                try PairedRatios(subject: foundation, baseline: read).median.fixed(1),
                try Sample(validated).median.fixed(0),
                try PairedRatios(subject: validated, baseline: read).median.fixed(2), "\(allocations)",
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// One document, and what is done with it.
private struct JSONBenchSubject {
    private let bytes: [UInt8]
    private let data: Data
    private let schema: Schema

    init(_ document: JSONBenchDocument) throws(BenchError) {
        bytes = document.bytes
        data = Data(document.bytes)
        do throws(SchemaError) {
            schema = try Schema(compiling: Array(document.schema.utf8).span.raw)
        } catch {
            throw .wrongAnswer("\(error)")
        }
    }

    /// A reading of one document, over so many.
    func nanosecondsToRead(_ repetitions: Int) throws(BenchError) -> Double {
        var tape = JSONTape(nodes: 4096)
        var count = 0
        let start = now()
        do throws(JSONError) {
            for _ in 0..<repetitions { count &+= try tape.parse(bytes.span.raw).count }
        } catch {
            throw .wrongAnswer("\(error)")
        }
        let elapsed = now() - start
        guard count > 0 else { throw .wrongAnswer("the document is empty") }
        return Double(elapsed) / Double(repetitions)
    }

    func nanosecondsOfFoundation(_ repetitions: Int) throws(BenchError) -> Double {
        let start = now()
        for _ in 0..<repetitions {
            guard (try? JSONSerialization.jsonObject(with: data)) != nil else {
                throw .wrongAnswer("Foundation refuses the document")
            }
        }
        return Double(now() - start) / Double(repetitions)
    }

    /// A validation of a document that is read already, and what reading and validating once allocates.
    /// Nil when the document is not valid.
    func nanosecondsToValidate(_ repetitions: Int) -> (nanoseconds: Double, allocations: UInt64)? {
        var tape = JSONTape(nodes: 4096)
        var validator = SchemaValidator()
        do throws(JSONError) {
            // Both grow to their size here.
            var valid = validator.validate(try tape.parse(bytes.span.raw), against: schema) == .valid
            let allocationsBefore = ringfort_thread_allocations()
            let document = try tape.parse(bytes.span.raw)
            valid = validator.validate(document, against: schema) == .valid && valid
            let allocations = ringfort_thread_allocations() - allocationsBefore
            let start = now()
            for _ in 0..<repetitions { valid = validator.validate(document, against: schema) == .valid && valid }
            let elapsed = now() - start
            return valid ? (Double(elapsed) / Double(repetitions), allocations) : nil
        } catch {
            return nil
        }
    }

    private func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
