internal import Bytes
internal import JSON

/// The two ways in which a token lists its scopes.
enum ScopeClaim {
    /// `scope`: one text, with single spaces between the names (RFC 8693 section 4.2).
    static func scopes(
        inText value: borrowing JSONValue, _ table: ScopeTable, _ unescaped: inout ByteBuffer
    ) throws(TokenError) -> ScopeSet {
        guard let text = value.asString else { throw .malformedScope }
        guard text.hasEscapes else { return table.set(of: text.raw) }
        let start = unescaped.count
        text.append(to: &unescaped)
        let scopes = table.set(of: unescaped.bytes.extracting(start..<unescaped.count))
        unescaped.truncate(to: start)
        return scopes
    }

    /// `scp`: a list with one name in each text.
    static func scopes(
        inList value: borrowing JSONValue, _ table: ScopeTable, _ unescaped: inout ByteBuffer
    ) throws(TokenError) -> ScopeSet {
        guard value.kind == .array else { throw .malformedScope }
        var scopes = ScopeSet()
        var elements = value.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedScope }
            scopes = scopes.union(scope(name, table, &unescaped))
        }
        return scopes
    }

    /// A claim that names roles: one in a text, or one in each text of a list. What they grant together.
    static func scopes(
        ofRoles value: borrowing JSONValue, _ table: ScopeTable, _ unescaped: inout ByteBuffer
    ) throws(TokenError) -> ScopeSet {
        if let name = value.asString { return scopes(ofRole: name, table, &unescaped) }
        guard value.kind == .array else { throw .malformedRoles }
        var scopes = ScopeSet()
        var elements = value.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedRoles }
            scopes = scopes.union(self.scopes(ofRole: name, table, &unescaped))
        }
        return scopes
    }

    private static func scopes(
        ofRole name: JSONString, _ table: ScopeTable, _ unescaped: inout ByteBuffer
    ) -> ScopeSet {
        let start = unescaped.count
        name.append(to: &unescaped)
        let scopes = table.set(ofRole: unescaped.bytes.extracting(start..<unescaped.count))
        unescaped.truncate(to: start)
        return scopes
    }

    private static func scope(_ name: JSONString, _ table: ScopeTable, _ unescaped: inout ByteBuffer) -> ScopeSet {
        guard name.hasEscapes else { return table.set(named: name.raw) }
        let start = unescaped.count
        name.append(to: &unescaped)
        let scope = table.set(named: unescaped.bytes.extracting(start..<unescaped.count))
        unescaped.truncate(to: start)
        return scope
    }
}
