import Bytes
import Testing

@testable import RingfortCLI
@testable import Tokens

@Suite("A change of keys that stops between two steps")
struct KeyChangeCrashTests {
    /// Takes the first `count` steps of a change only. Returns the step that it stopped at, or nil when it came to its end.
    private func stop(
        after count: Int, _ keys: TemporaryKeys,
        _ change: (borrowing KeyDirectoryEditor) throws(KeyChangeError) -> Void
    ) throws -> KeyDirectoryEditor.Step? {
        var taken = 0
        var stoppedAt: KeyDirectoryEditor.Step?
        let editor = try KeyDirectoryEditor(keys.path) { step throws(KeyChangeError) in
            guard taken < count else {
                stoppedAt = step
                throw .key(.noGuardedMemory)
            }
            taken += 1
        }
        do throws(KeyChangeError) { try change(editor) } catch { #expect(error == .key(.noGuardedMemory)) }
        return stoppedAt
    }

    @Test("has one key that signs at every moment of a rotation: the old or the new one")
    func rotation() throws {
        var steps = 0
        while true {
            let keys = try TemporaryKeys([.edDSA])
            let stoppedAt = try stop(after: steps, keys) { editor throws(KeyChangeError) in
                _ = try editor.rotate(.edDSA, id: KeyID.named("new"))
            }
            let active = try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id
            let expected = stoppedAt == nil ? "new" : keys.ids[0].text
            #expect(active.text == expected, "after \(steps) steps")
            guard stoppedAt != nil else { break }
            steps += 1
        }
        #expect(steps == 3)
    }

    @Test("has the first key in charge while a second is made")
    func generation() throws {
        for steps in 0...1 {
            let keys = try TemporaryKeys([.edDSA])
            let stoppedAt = try stop(after: steps, keys) { editor throws(KeyChangeError) in
                _ = try editor.generate(.edDSA, id: nil)
            }
            #expect(stoppedAt != nil)
            #expect(try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id == keys.ids[0])
        }
    }

    @Test("can be finished by doing it again", arguments: 0...1)
    func retirement(steps: Int) throws {
        let keys = try TemporaryKeys([.edDSA, .edDSA])
        let stoppedAt = try stop(after: steps, keys) { editor throws(KeyChangeError) in
            _ = try editor.retire(keys.ids[0], algorithm: nil, force: true)
        }
        #expect(stoppedAt != nil)
        #expect(try KeyDirectory(reading: keys.path).entries.count == 2)
        _ = try KeyDirectory.retire(keys.ids[0], force: true, in: keys.path)
        #expect(try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id == keys.ids[1])
    }

    @Test("leaves the old key in charge when the marker can't be replaced")
    func failedRename() throws {
        let keys = try TemporaryKeys([.edDSA])
        _ = try KeyDirectory.rotate(.edDSA, id: .named("second"), in: keys.path)
        let handle = try DirectoryHandle(keys.path)
        let tooLong = String(repeating: "n", count: 256)
        #expect(throws: KeyError.self) { try handle.write(tooLong, content: Array("x".utf8).span.raw) }
        #expect(try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id == .named("second"))
        #expect(keys.files.allSatisfy { !$0.hasPrefix(".") })
    }
}

extension KeyID {
    /// A name that is known to be one.
    fileprivate static func named(_ text: String) throws(KeyChangeError) -> KeyID {
        do throws(KeyError) { return try KeyID(text) } catch { throw .key(error) }
    }
}
