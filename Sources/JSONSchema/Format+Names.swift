internal import Bytes

/// UUIDs (RFC 9562 section 4) and JSON pointers (RFC 6901 section 3).
extension RawSpan {
    var isUUID: Bool {
        guard byteCount == 36 else { return false }
        for offset in 0..<36 {
            switch offset {
            case 8, 13, 18, 23: guard self[offset] == 0x2D else { return false }
            default: guard self[offset].hexDigitValue != nil else { return false }
            }
        }
        return true
    }

    var isJSONPointer: Bool {
        guard byteCount > 0 else { return true }
        guard self[0] == 0x2F else { return false }
        for offset in 0..<byteCount where self[offset] == 0x7E {
            guard offset + 1 < byteCount, self[offset + 1] == 0x30 || self[offset + 1] == 0x31 else { return false }
        }
        return true
    }
}
