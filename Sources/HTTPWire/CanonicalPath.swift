public import Bytes

/// Where the canonical form of a path is found: the one form that is routed and authorized.
///
/// A canonical path begins with `/`, has no empty segment but perhaps the last, no dot segment, no backslash and no
/// control byte, and is valid UTF-8. Every spelling of a resource's path has this one form. It has been decoded, once: a
/// `%` in it stands for itself, and who decodes again (`/%252e` is `/%2e`) reads another path.
public enum CanonicalPath: Equatable, Sendable {
    /// The path is canonical as it was sent, at `RequestHead.pathRange`.
    case inPlace
    /// It was decoded into the scratch buffer, and is all that is there.
    case decoded
}

extension RequestHead {
    /// Checks the path of the target and gives its canonical form. O(bytes of the path).
    ///
    /// `bytes` are those that were parsed. `scratch` is written to only when
    /// the path has an escape; what it held is lost then.
    ///
    /// - Throws: `malformedTarget` for a target in another form, which has no path, else `malformedEscape`, `forbiddenPathByte`, `dotSegment`, `emptySegment` or `pathNotUTF8`.
    public func canonicalPath(in bytes: RawSpan, scratch: inout ByteBuffer) throws(WireError) -> CanonicalPath {
        let range = pathRange
        guard targetForm == .origin || targetForm == .absolute else { throw .malformedTarget }
        if bytes.isPlainPath(from: range.lowerBound, to: range.upperBound) { return .inPlace }
        let path = bytes.extracting(range)
        guard path.firstOffset(of: ASCII.percent) != nil else {
            try path.checkSegments()
            return .inPlace
        }
        scratch.removeAll()
        try path.decodeEscapes(into: &scratch)
        try scratch.bytes.checkSegments()
        guard scratch.bytes.isUTF8 else { throw .pathNotUTF8 }
        return .decoded
    }
}

extension RawSpan {
    /// Whether nothing in the path, which the parser found to be visible ASCII, needs a closer look: no `%`, no `\`,
    /// and no `/` before another one or before a dot.
    @inline(__always)
    fileprivate func isPlainPath(from start: Int, to end: Int) -> Bool {
        var offset = start
        while offset < end {
            // The look ahead reads one byte more. Bytes behind the path are the head's own, and don't count.
            guard offset &+ 17 <= byteCount else { return false }
            let here = vector16(at: offset)
            let next = vector16(at: offset &+ 1)
            let within = SIMD16<UInt8>.lanes .< .all(UInt8(truncatingIfNeeded: Swift.min(end &- offset, 16)))
            let pairs = (here .== .all(ASCII.slash)) .& ((next .== .all(ASCII.slash)) .| (next .== .all(ASCII.dot)))
            let suspects = pairs .| (here .== .all(ASCII.percent)) .| (here .== .all(ASCII.backslash))
            guard (suspects .& within).firstIndex == 16 else { return false }
            offset &+= 16
        }
        return true
    }

    /// Decodes every escape once. What an escape must not hide (a separator, NUL or another control byte) is refused
    /// here, where it can still be told from what was sent in the open.
    @inline(never)
    fileprivate func decodeEscapes(into output: inout ByteBuffer) throws(WireError) {
        output.reserve(byteCount)
        var offset = 0
        while offset < byteCount {
            let byte = self[offset]
            guard byte == ASCII.percent else {
                output.append(byte)
                offset += 1
                continue
            }
            guard offset + 2 < byteCount, let high = self[offset + 1].hexDigitValue,
                let low = self[offset + 2].hexDigitValue
            else { throw .malformedEscape }
            let decoded = high << 4 | low
            guard decoded >= ASCII.space, decoded != ASCII.delete, decoded != ASCII.slash else {
                throw .forbiddenPathByte
            }
            output.append(decoded)
            offset += 3
        }
    }

    /// Refuses backslashes, dot segments and empty segments; a trailing slash is none.
    @inline(never)
    fileprivate func checkSegments() throws(WireError) {
        // The first byte is the slash of the first segment: `parse` takes no other path.
        var start = 1
        while start <= byteCount {
            var end = start
            while end < byteCount, self[end] != ASCII.slash {
                guard self[end] != ASCII.backslash else { throw .forbiddenPathByte }
                end += 1
            }
            guard end > start || end == byteCount else { throw .emptySegment }
            let segment = extracting(start..<end)
            guard !segment.equals("."), !segment.equals("..") else { throw .dotSegment }
            start = end + 1
        }
    }

    /// Whether the bytes are well-formed UTF-8 (Unicode 16, table 3-7).
    fileprivate var isUTF8: Bool {
        var offset = 0
        while offset < byteCount {
            let lead = self[offset]
            offset += 1
            if lead < 0x80 { continue }
            let followers: Int
            var allowed: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: followers = 1
            case 0xE0: (followers, allowed) = (2, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE, 0xEF: followers = 2
            case 0xED: (followers, allowed) = (2, 0x80...0x9F)
            case 0xF0: (followers, allowed) = (3, 0x90...0xBF)
            case 0xF1...0xF3: followers = 3
            case 0xF4: (followers, allowed) = (3, 0x80...0x8F)
            default: return false
            }
            for _ in 0..<followers {
                guard offset < byteCount, allowed.contains(self[offset]) else { return false }
                allowed = 0x80...0xBF
                offset += 1
            }
        }
        return true
    }
}
