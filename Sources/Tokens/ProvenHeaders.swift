internal import Bytes

/// JOSE headers under which a valid signature was found, as they stood in the token, with what they say.
///
/// The tokens of one issuer differ in payload and signature, but have the very same header: what was read from it once
/// need not be read again. Only whoever has a key can put a header here, and its place tells nothing about trust: each
/// token's signature is checked, and each token's type is held against the policy.
struct ProvenHeaders: ~Copyable, Sendable {
    private var headers = FixedArray(count: 8) { _ in ProvenHeader() }

    /// The place of the key that the header with this text chooses among an issuer's in the keyring of this epoch, or nil
    /// when the header must be read. Copies the header's type to `type`. O(length).
    ///
    /// - Throws: `TokenError.wrongType` when the issuer's rule does not allow the header's type.
    func key(
        _ text: RawSpan, epoch: UInt64, issuer: Int, rule: borrowing IssuerRule, type: inout ByteBuffer
    ) throws(TokenError) -> Int? {
        guard let slot = Self.slot(text), headers[slot].isSame(text, epoch: epoch, issuer: issuer) else { return nil }
        guard headers[slot].isAllowed(rule) else { throw .wrongType }
        headers[slot].copyType(to: &type)
        return headers[slot].key
    }

    /// Takes in a header under which a signature was right. An older one may have to go.
    mutating func insert(_ text: RawSpan, type: borrowing ByteBuffer, key: Int, epoch: UInt64, issuer: Int) {
        guard let slot = Self.slot(text) else { return }
        headers[slot].replace(text, type: type, key: key, epoch: epoch, issuer: issuer)
    }

    /// Where a text belongs: its length and a character near its end, where names of keys differ.
    private static func slot(_ text: RawSpan) -> Int? {
        guard text.byteCount >= 4 else { return nil }
        return Int(text[text.byteCount &- 4] &+ UInt8(truncatingIfNeeded: text.byteCount)) & 7
    }
}

/// One header. Not private: the compiler loses the symbol of a private type in a generic that another file destroys.
struct ProvenHeader: ~Copyable, Sendable {
    /// The text of the header in base64url, and behind it the type that it gives.
    private var bytes = ByteBuffer(capacity: 128)
    private var textCount = 0
    private(set) var key = 0
    /// No keyring has epoch 0.
    private var epoch: UInt64 = 0
    private var issuer = 0

    func isSame(_ text: RawSpan, epoch: UInt64, issuer: Int) -> Bool {
        self.epoch == epoch && self.issuer == issuer && bytes.bytes.extracting(0..<textCount).equals(text)
    }

    func isAllowed(_ rule: borrowing IssuerRule) -> Bool {
        rule.allows(type: bytes.bytes.extracting(textCount..<bytes.count))
    }

    func copyType(to buffer: inout ByteBuffer) {
        buffer.removeAll()
        buffer.append(bytes, from: textCount)
    }

    mutating func replace(_ text: RawSpan, type: borrowing ByteBuffer, key: Int, epoch: UInt64, issuer: Int) {
        bytes.removeAll()
        bytes.append(text)
        textCount = text.byteCount
        bytes.append(type, from: 0)
        self.key = key
        self.epoch = epoch
        self.issuer = issuer
    }
}
