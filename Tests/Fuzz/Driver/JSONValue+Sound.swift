import Bytes
import Glibc
import JSON

extension JSONValue {
    /// Requires of everything in the tree what must hold of it, and says whether some object names a member twice.
    func requireSound(in document: RawSpan) -> Bool {
        require((0...document.byteCount).contains(offset), "a value stands in its document")
        switch kind {
        case .null, .bool: return false
        case .number:
            requireSoundNumber()
            return false
        case .string:
            asString?.requireSound()
            return false
        case .array: return requireSoundElements(in: document)
        case .object: return requireSoundMembers(in: document)
        }
    }

    private func requireSoundElements(in document: RawSpan) -> Bool {
        var duplicates = false
        var number = 0
        var last = offset
        var rest = elements
        while let element = rest.next() {
            require(element.offset > last, "elements stand in their order")
            last = element.offset
            number += 1
            if element.requireSound(in: document) { duplicates = true }
        }
        require(number == count, "elements are counted")
        return duplicates
    }

    private func requireSoundMembers(in document: RawSpan) -> Bool {
        var duplicates = false
        var number = 0
        var names: Set<[UInt8]> = []
        var lastName: [UInt8] = []
        var lastOffset = offset
        var rest = members
        var behind = members
        while let member = rest.next() {
            require(member.value.offset > lastOffset, "members stand in their order")
            lastOffset = member.value.offset
            member.name.requireSound()
            let name = member.name.value.bytes.array
            if number > 0, let before = behind.next() {
                require(before.name.equals(member.name) == (lastName == name), "names with one value are equal")
            }
            lastName = name
            number += 1
            if names.insert(name).inserted, number <= 16 {
                let found = self.member(name.span.raw)
                require(found?.offset == member.value.offset, "the first member of a name is found")
            }
            if member.value.requireSound(in: document) { duplicates = true }
        }
        require(number == count, "members are counted")
        return duplicates || names.count < count
    }

    /// The C library and the standard library know the number, too.
    private func requireSoundNumber() {
        guard let text = numberText else { fail("a number has its text") }
        require(text.isNumber, "a number has the form that JSON gives it")
        let string = String(text)
        let isInteger = text.consists { $0 == 0x2D || (0x30...0x39).contains($0) }
        require(asInteger == (isInteger ? Int64(string) : nil), "an integer is exact, or none")
        // SAFETY: the string's copy for C is as long as the call, and nothing is written to.
        let nearest = unsafe strtod(string, nil)
        let expected = nearest.isFinite ? nearest.bitPattern : nil
        require(asDouble?.bitPattern == expected, "a number is the nearest, or none")
    }
}

extension JSONString {
    fileprivate func requireSound() {
        let value = value.bytes.array
        require(hasEscapes == (raw.firstOffset(of: 0x5C) != nil), "a string with a backslash has escapes")
        require(equals(value.span.raw) && equals(self), "a string equals its value, and itself")
        let more = value + [0x61]
        let less = Array(value.dropLast())
        require(!equals(more.span.raw), "a string does not equal more than its value")
        require(value.isEmpty || !equals(less.span.raw), "a string does not equal less than its value")
        guard let model = modelOfValue else { fail("a string has a value in Unicode") }
        require(Array(model.utf8) == value, "a string's value is what its escapes say")
    }

    /// The value by way of UTF-16, which escapes are written in, or nil where it is no text.
    private var modelOfValue: String? {
        guard let text = String(validating: raw.array, as: UTF8.self) else { return nil }
        var units: [UInt16] = []
        var rest = text.utf16[...]
        while let unit = rest.popFirst() {
            guard unit == 0x5C else {
                units.append(unit)
                continue
            }
            switch rest.popFirst() {
            case 0x22: units.append(0x22)
            case 0x5C: units.append(0x5C)
            case 0x2F: units.append(0x2F)
            case 0x62: units.append(0x08)
            case 0x66: units.append(0x0C)
            case 0x6E: units.append(0x0A)
            case 0x72: units.append(0x0D)
            case 0x74: units.append(0x09)
            case 0x75:
                let digits = rest.prefix(4)
                rest = rest.dropFirst(4)
                guard digits.count == 4, let number = UInt16(String(Substring(digits)), radix: 16) else { return nil }
                units.append(number)
            default: return nil
            }
        }
        return String(validating: units, as: UTF16.self)
    }
}

extension RawSpan {
    /// Whether the bytes are a number (RFC 8259 section 6).
    fileprivate var isNumber: Bool {
        var offset = 0
        func digits() -> Int {
            let start = offset
            while offset < byteCount, (0x30...0x39).contains(self[offset]) { offset += 1 }
            return offset - start
        }
        func passes(_ byte: UInt8) -> Bool {
            guard offset < byteCount, self[offset] == byte else { return false }
            offset += 1
            return true
        }
        _ = passes(0x2D)
        let start = offset
        let integer = digits()
        guard integer > 0, integer == 1 || self[start] != 0x30 else { return false }
        if passes(0x2E), digits() == 0 { return false }
        if passes(0x65) || passes(0x45) {
            if !passes(0x2D) { _ = passes(0x2B) }
            if digits() == 0 { return false }
        }
        return offset == byteCount
    }
}
