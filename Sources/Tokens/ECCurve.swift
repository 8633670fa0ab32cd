internal import Bytes

/// The elliptic curves of ECDSA in JWT (RFC 7518 section 3.4). Each belongs to one algorithm.
public enum ECCurve: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// ES256.
    case p256
    /// ES384.
    case p384
    /// ES512.
    case p521

    /// The name that JOSE has for it (RFC 7518 section 7.6).
    public var name: StaticString {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }

    /// The one algorithm that its keys are for.
    public var algorithm: Algorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }

    /// How long a coordinate, a secret key and each half of a signature is, in bytes.
    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// The hash function that its signatures are over.
    var hash: HashFunction {
        switch self {
        case .p256: .sha256
        case .p384: .sha384
        case .p521: .sha512
        }
    }

    /// OpenSSL's name for it.
    var groupName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }

    /// Its object identifier (RFC 5480 section 2.1.1.1), encoded.
    var objectIdentifier: [UInt8] {
        switch self {
        case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
        }
    }

    /// The order of its base point (SEC 2), as `coordinateBytes` bytes at the front.
    var order: InlineArray<66, UInt8> {
        let digits = orderDigits.bytes
        var order = InlineArray<66, UInt8>(repeating: 0)
        for offset in 0..<coordinateBytes {
            let high = digits[2 * offset].hexDigitValue ?? 0
            order[offset] = high << 4 | (digits[2 * offset + 1].hexDigitValue ?? 0)
        }
        return order
    }

    private var orderDigits: StaticString {
        switch self {
        case .p256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
        case .p384: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        case .p521:
            """
            01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409
            """
        }
    }
}

extension ECCurve: CustomStringConvertible {
    /// The same as `name`.
    public var description: String { name.description }
}
