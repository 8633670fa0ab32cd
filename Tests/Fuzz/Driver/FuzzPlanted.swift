import Bytes

/// Reads one byte behind an input that begins with `FORT`.
///
/// Blind guessing would take hours to come up with those four bytes, so whoever finds them at once has followed the
/// coverage; and the read is a fault for none but AddressSanitizer.
func fuzzPlanted(_ bytes: RawSpan) {
    guard bytes.byteCount >= 4 else { return }
    guard bytes[0] == 0x46, bytes[1] == 0x4F, bytes[2] == 0x52, bytes[3] == 0x54 else { return }
    // SAFETY: none. It is out of bounds, as it has to be.
    let behind = unsafe bytes.withUnsafeBytes { unsafe $0.baseAddress?.load(fromByteOffset: $0.count, as: UInt8.self) }
    // What the byte is matters to nobody, but a load whose value is not used would be left out.
    require(behind != bytes[0], "AddressSanitizer stops the read")
}
