internal import Bytes

/// A place in one of the documents: a subschema's, when the registry has seen it.
struct SchemaLocation: Hashable {
    let document: Int
    let node: Int
}

/// The documents of one compilation, and what in them has a name: resources by their URI, places by their anchors.
struct SchemaRegistry {
    private(set) var documents: [SchemaDocument] = []
    private(set) var resources: [Resource] = []
    private var resourceByURI: [String: Int] = [:]
    private var anchors: [Anchor: SchemaLocation] = [:]
    private var resourceByLocation: [SchemaLocation: Int] = [:]
    private let resolver: SchemaResolver

    /// A schema with a URI of its own: what an `$id` begins (core section 4.3.5).
    struct Resource {
        let uri: URIReference
        let root: SchemaLocation
        let dialect: SchemaDialect
        var dynamicAnchors: [String: SchemaLocation] = [:]
    }

    private struct Anchor: Hashable {
        let resource: Int
        let name: String
    }

    init(resolver: SchemaResolver) { self.resolver = resolver }

    /// Takes a document in, and returns the place of its root.
    mutating func add(_ document: SchemaDocument, uri: String) throws(SchemaError) -> SchemaLocation {
        let root = SchemaLocation(document: documents.count, node: 0)
        documents.append(document)
        let dialect = try dialect(at: root) ?? .standard
        let resource = resources.count
        resources.append(Resource(uri: URIReference(uri), root: root, dialect: dialect))
        resourceByURI[resources[resource].uri.withoutFragment] = resource
        try scan(root, in: resource)
        return root
    }

    /// The resource that a subschema belongs to.
    func resource(of location: SchemaLocation) -> Int { resourceByLocation[location] ?? 0 }

    func document(of location: SchemaLocation) -> SchemaDocument { documents[location.document] }

    func error(_ reason: String, at location: SchemaLocation) -> SchemaError {
        documents[location.document].error(reason, at: location.node)
    }
}

// MARK: - Names

extension SchemaRegistry {
    /// Finds the names in a subschema and below. Only where the draft has subschemas: an `$id` in a constant is none.
    private mutating func scan(_ location: SchemaLocation, in parent: Int) throws(SchemaError) {
        guard resourceByLocation[location] == nil else { return }
        let document = document(of: location)
        let resource = try resourceBegun(at: location, in: parent) ?? parent
        resourceByLocation[location] = resource
        guard case .object(let members) = document.nodes[location.node].content else { return }
        for member in members {
            let place = SchemaLocation(document: location.document, node: member.value)
            switch member.name {
            case "$anchor": try name(location, by: place, in: resource, isDynamic: false)
            case "$dynamicAnchor": try name(location, by: place, in: resource, isDynamic: true)
            default:
                for child in document.subschemas(of: member) {
                    try scan(SchemaLocation(document: location.document, node: child), in: resource)
                }
            }
        }
    }

    /// The resource that an `$id` begins, if there is one.
    private mutating func resourceBegun(at location: SchemaLocation, in parent: Int) throws(SchemaError) -> Int? {
        let document = document(of: location)
        guard let member = document.member("$id", of: location.node) else { return nil }
        guard case .string(let text) = document.nodes[member].content else {
            throw document.error("$id must be a string.", at: member)
        }
        let uri = resources[parent].uri.resolving(URIReference(text))
        guard uri.fragment ?? "" == "" else { throw document.error("$id must not have a fragment.", at: member) }
        if let known = resourceByURI[uri.withoutFragment] {
            guard resources[known].root == location else {
                throw document.error("Another schema has the same $id.", at: member)
            }
            return known
        }
        let dialect = try dialect(at: location) ?? resources[parent].dialect
        resources.append(Resource(uri: uri, root: location, dialect: dialect))
        resourceByURI[uri.withoutFragment] = resources.count - 1
        return resources.count - 1
    }

    private mutating func name(
        _ location: SchemaLocation, by place: SchemaLocation, in resource: Int, isDynamic: Bool
    ) throws(SchemaError) {
        guard case .string(let name) = document(of: place).nodes[place.node].content, name.isAnchorName else {
            throw error(
                "An anchor is a string that begins with a letter or _, followed by letters, digits and -._ .", at: place
            )
        }
        let anchor = Anchor(resource: resource, name: name)
        guard anchors[anchor] == nil || anchors[anchor] == location else {
            throw error("The anchor stands twice in this schema.", at: place)
        }
        anchors[anchor] = location
        if isDynamic { resources[resource].dynamicAnchors[name] = location }
    }

    /// The dialect that `$schema` names, or nil without one.
    private func dialect(at location: SchemaLocation) throws(SchemaError) -> SchemaDialect? {
        let document = document(of: location)
        guard let member = document.member("$schema", of: location.node) else { return nil }
        guard case .string(let text) = document.nodes[member].content else {
            throw document.error("$schema must be a string.", at: member)
        }
        let uri = URIReference(text).withoutFragment
        if uri == Metaschemas.dialect { return .standard }
        guard let bytes = resolver.document(uri) else {
            throw document.error("The dialect is not draft 2020-12, and no document of that name is known.", at: member)
        }
        let metaschema = try SchemaDocument(bytes.span.raw, name: uri)
        guard let dialect = SchemaDialect(describedBy: metaschema) else {
            throw document.error("The dialect is not built on the vocabularies of draft 2020-12.", at: member)
        }
        return dialect
    }
}

// MARK: - References

extension SchemaRegistry {
    /// Where a reference leads (core section 8.2.3).
    ///
    /// - Parameters:
    ///   - text: A URI reference.
    ///   - location: The schema that it stands in.
    ///   - place: The keyword's value, for the error.
    mutating func resolve(
        _ text: String, from location: SchemaLocation, at place: SchemaLocation
    ) throws(SchemaError) -> SchemaLocation {
        let uri = resources[resource(of: location)].uri.resolving(URIReference(text))
        let resource = try resource(at: uri.withoutFragment, for: place)
        let fragment = uri.fragment ?? ""
        guard !fragment.isEmpty else { return resources[resource].root }
        guard fragment.hasPrefix("/") else {
            if let target = anchors[Anchor(resource: resource, name: fragment)] { return target }
            throw error("The reference leads nowhere: there is no such anchor.", at: place)
        }
        guard let target = try follow(fragment, in: resource) else {
            throw error("The reference leads nowhere: there is nothing at that JSON pointer.", at: place)
        }
        return target
    }

    private mutating func resource(at uri: String, for place: SchemaLocation) throws(SchemaError) -> Int {
        if let known = resourceByURI[uri] { return known }
        let bytes = Metaschemas.document(uri).map { Array($0.utf8) } ?? resolver.document(uri)
        guard let bytes else {
            throw error("The reference leads to a document that is not known here; none is ever fetched.", at: place)
        }
        let root = try add(SchemaDocument(bytes.span.raw, name: uri), uri: uri)
        // Its own `$id` may name it otherwise; what was asked for leads to it too.
        resourceByURI[uri] = resource(of: root)
        return resource(of: root)
    }

    /// Follows a JSON pointer in a fragment; what it leads to counts as a schema from then on.
    private mutating func follow(_ pointer: String, in resource: Int) throws(SchemaError) -> SchemaLocation? {
        var location = resources[resource].root
        var enclosing = resource
        for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let name = String(token).percentDecoded?.fromPointerToken,
                let child = document(of: location).child(name, of: location.node)
            else { return nil }
            location = SchemaLocation(document: location.document, node: child)
            enclosing = resourceByLocation[location] ?? enclosing
        }
        try scan(location, in: enclosing)
        return location
    }
}

extension SchemaDocument {
    /// The subschemas that a keyword holds, as far as its value has the right form; the compiler refuses what has not.
    fileprivate func subschemas(of member: Member) -> [Int] {
        switch member.name {
        case "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
            "unevaluatedItems", "unevaluatedProperties":
            return [member.value]
        case "allOf", "anyOf", "oneOf", "prefixItems":
            guard case .array(let elements) = nodes[member.value].content else { return [] }
            return elements
        case "$defs", "definitions", "dependentSchemas", "patternProperties", "properties":
            guard case .object(let members) = nodes[member.value].content else { return [] }
            return members.map(\.value)
        default: return []
        }
    }
}

extension String {
    /// Whether it may be an anchor (core section 8.2.2).
    fileprivate var isAnchorName: Bool {
        guard let first = utf8.first, first.isLetter || first == 0x5F else { return false }
        return utf8.allSatisfy { $0.isLetter || $0 &- 0x30 < 10 || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
    }
}
