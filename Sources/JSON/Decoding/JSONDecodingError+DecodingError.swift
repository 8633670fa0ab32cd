/// What a decoder knows of a fault, carried by the `DecodingError` that types expect to catch.
struct JSONDecodingFault: Error {
    let reason: JSONDecodingError.Reason
}

extension JSONDecodingError {
    /// What a type has thrown out of its `init(from:)`. Its description is dropped, since it may quote the document: that
    /// of an enum's unknown case does.
    init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            self.init(.refused, at: [])
            return
        }
        switch error {
        case .keyNotFound(let key, let context): self.init(.missingMember, at: context.codingPath + [key])
        case .valueNotFound(_, let context): self.init(context.reason ?? .missingValue, at: context.codingPath)
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            self.init(context.reason ?? .refused, at: context.codingPath)
        @unknown default: self.init(.refused, at: [])
        }
    }

    init(_ reason: Reason, at path: [any CodingKey]) {
        var bytes: [UInt8] = []
        for key in path where bytes.count <= Self.greatestPointerBytes { bytes.append(pointerToken: key.stringValue) }
        self.init(pointer: String(cutting: bytes, to: Self.greatestPointerBytes), reason: reason)
    }

    /// Longer pointers are cut. Names in it are the client's.
    static let greatestPointerBytes = 256
}

extension DecodingError.Context {
    fileprivate var reason: JSONDecodingError.Reason? { (underlyingError as? JSONDecodingFault)?.reason }
}

extension [UInt8] {
    /// Appends a slash and `text` as a token of a JSON pointer (RFC 6901 section 3).
    fileprivate mutating func append(pointerToken text: String) {
        append(0x2F)
        for byte in text.utf8 {
            switch byte {
            case 0x7E: append(contentsOf: [0x7E, 0x30])
            case 0x2F: append(contentsOf: [0x7E, 0x31])
            default: append(byte)
            }
        }
    }
}
