import Bytes

/// What an input decides besides being parsed: where it is split, under which limits it is read.
///
/// Everything follows from the bytes, so that an input that fails does so again, and no byte of it is spent on this: a
/// request from a file is a seed as it is.
struct Choices {
    private var state: UInt64

    /// The choices of `bytes`: their hash (FNV-1a) is the seed of what follows.
    init(of bytes: RawSpan) {
        state = 0xCBF2_9CE4_8422_2325
        for offset in 0..<bytes.byteCount { state = (state ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01B3 }
    }

    /// A number from 0 to below `bound`, which must be positive (SplitMix64).
    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Whether a coin falls heads up.
    mutating func coin() -> Bool { next(below: 2) == 1 }
}
