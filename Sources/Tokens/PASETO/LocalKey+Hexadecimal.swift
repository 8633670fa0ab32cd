internal import Bytes
internal import CSodium

extension LocalKey {
    /// How many digits a key has.
    static let digitCount = 2 * byteCount

    /// The key in `text`: 64 hexadecimal digits, and perhaps the end of a line.
    ///
    /// - Throws: `KeyError.malformedHexadecimal` for anything else.
    convenience init(hexadecimal text: RawSpan) throws(KeyError) {
        guard text.byteCount == Self.digitCount || (text.byteCount == Self.digitCount + 1 && text[64] == 0x0A) else {
            throw .malformedHexadecimal
        }
        let digits = text.extracting(first: Self.digitCount)
        let bytes = try GuardedBytes(count: Self.byteCount) { (target: inout MutableRawSpan) throws(KeyError) in
            // SAFETY: libsodium reads 64 digits and writes 32 bytes, as both are long, in constant time; no pointer leaves.
            let isDecoded = unsafe target.withUnsafeMutableBytes { target in
                unsafe digits.withUnsafeBytes { digits in
                    unsafe ringfort_hex_decode(target.baseAddress, target.count, digits.baseAddress, digits.count) == 1
                }
            }
            guard isDecoded else { throw .malformedHexadecimal }
        }
        try self.init(bytes.bytes)
    }

    /// Appends the key's digits and the end of a line, as a key file has them.
    func append(hexadecimalTo buffer: inout ByteBuffer) {
        withBytes { bytes in
            buffer.append(count: Self.digitCount + 1) { target in
                // SAFETY: libsodium reads 32 bytes and writes 64 digits and a zero, in constant time; no pointer leaves.
                unsafe target.withUnsafeMutableBytes { target in
                    unsafe bytes.withUnsafeBytes {
                        unsafe ringfort_hex_encode(target.baseAddress, $0.baseAddress, $0.count)
                    }
                }
                target.storeBytes(of: 0x0A, toByteOffset: Self.digitCount, as: UInt8.self)
            }
        }
    }
}
