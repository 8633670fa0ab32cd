internal import Bytes

/// Makes new keys in a directory.
public enum KeyGenerator {
    /// Makes one key each for EdDSA, HS256 and v4.public in the directory at `path`, which is made too if its parent is there, and returns
    /// their names: `eddsa-…`, `hs256-…` and `v4public-…`, each with a random number.
    ///
    /// The files are for their owner only. Each is there as a whole or not at all, whatever happens meanwhile.
    public static func makeDevelopmentKeys(in path: String) throws(KeyError) -> [KeyID] {
        try DirectoryHandle.make(path)
        let directory = try DirectoryHandle(path)
        let edDSA = try KeyID("eddsa-\(number())")
        let hs256 = try KeyID("hs256-\(number())")
        let v4Public = try KeyID("v4public-\(number())")
        try writeEd25519("\(edDSA).pem", in: directory)
        try writeSecret("\(hs256).secret", in: directory)
        try writeEd25519("\(v4Public).v4public.pem", in: directory)
        return [edDSA, hs256, v4Public]
    }

    private static func writeEd25519(_ name: String, in directory: borrowing DirectoryHandle) throws(KeyError) {
        var text = ByteBuffer(capacity: 256)
        defer { text.wipe() }
        try PEM.append(try Ed25519SecretKey.random(), to: &text)
        try directory.write(name, content: text.bytes)
    }

    private static func writeSecret(_ name: String, in directory: borrowing DirectoryHandle) throws(KeyError) {
        let secret = try GuardedBytes(count: SymmetricSecret.leastBytes) {
            (target: inout MutableRawSpan) throws(KeyError) in
            // One in 128 would be refused when it is read, as if it ended in a newline.
            repeat { Random.fill(&target) } while endsInNewline(target.bytes)
        }
        try directory.write(name, content: secret.bytes)
    }

    private static func endsInNewline(_ bytes: RawSpan) -> Bool {
        let last = bytes[bytes.byteCount - 1]
        return last == 0x0A || last == 0x0D
    }

    /// Sixteen hexadecimal digits.
    private static func number() -> String {
        var digits = ByteBuffer(capacity: 16)
        digits.append(hex: Random.word())
        return String(digits.bytes)
    }
}
