/// A subschema while it is compiled: its keywords, and the instructions so far.
struct SubschemaDraft {
    let location: SchemaLocation
    let dialect: SchemaDialect
    let document: SchemaDocument
    var node = SchemaNode()
    var general: [SchemaInstruction] = []
    var number: [SchemaInstruction] = []
    var string: [SchemaInstruction] = []
    var array: [SchemaInstruction] = []
    var object: [SchemaInstruction] = []

    init(_ location: SchemaLocation, _ registry: SchemaRegistry) {
        self.location = location
        document = registry.document(of: location)
        let resource = registry.resource(of: location)
        dialect = registry.resources[resource].dialect
        node.resource = UInt32(resource)
    }

    /// The place of a keyword's value, or nil without the keyword.
    func place(_ keyword: String) -> SchemaLocation? {
        document.member(keyword, of: location.node).map { SchemaLocation(document: location.document, node: $0) }
    }

    func content(_ place: SchemaLocation) -> SchemaDocument.Content { document.nodes[place.node].content }

    func error(_ reason: String, at place: SchemaLocation) -> SchemaError {
        document.error(reason, at: place.node)
    }

    // MARK: - Values of the form that a keyword demands

    func string(_ keyword: String) throws(SchemaError) -> (text: String, place: SchemaLocation)? {
        guard let place = place(keyword) else { return nil }
        guard case .string(let text) = content(place) else { throw error("\(keyword) must be a string.", at: place) }
        return (text, place)
    }

    func number(_ keyword: String) throws(SchemaError) -> (text: String, place: SchemaLocation)? {
        guard let place = place(keyword) else { return nil }
        guard case .number(let text) = content(place) else { throw error("\(keyword) must be a number.", at: place) }
        return (text, place)
    }

    /// A count: an integer that is not negative, whether it is written 2 or 2.0.
    func count(_ keyword: String) throws(SchemaError) -> (value: UInt64, place: SchemaLocation)? {
        guard let (text, place) = try number(keyword) else { return nil }
        if let value = UInt64(text), value <= UInt64(Int.max) { return (value, place) }
        guard let value = Double(text), value >= 0, value < 9e15, value.rounded() == value else {
            throw error("\(keyword) must be an integer from 0 on.", at: place)
        }
        return (UInt64(value), place)
    }

    func bool(_ keyword: String) throws(SchemaError) -> (value: Bool, place: SchemaLocation)? {
        guard let place = place(keyword) else { return nil }
        guard case .bool(let value) = content(place) else {
            throw error("\(keyword) must be true or false.", at: place)
        }
        return (value, place)
    }

    func array(_ keyword: String) throws(SchemaError) -> (elements: [SchemaLocation], place: SchemaLocation)? {
        guard let place = place(keyword) else { return nil }
        return (try elements(of: place, keyword), place)
    }

    func elements(of place: SchemaLocation, _ keyword: String) throws(SchemaError) -> [SchemaLocation] {
        guard case .array(let elements) = content(place) else { throw error("\(keyword) must be an array.", at: place) }
        return elements.map { SchemaLocation(document: location.document, node: $0) }
    }

    func object(
        _ keyword: String
    ) throws(SchemaError) -> (members: [(name: String, place: SchemaLocation)], place: SchemaLocation)? {
        guard let place = place(keyword) else { return nil }
        guard case .object(let members) = content(place) else {
            throw error("\(keyword) must be an object.", at: place)
        }
        return (members.map { ($0.name, SchemaLocation(document: location.document, node: $0.value)) }, place)
    }

    /// An array of strings, no two alike, each with its place.
    func names(in place: SchemaLocation, _ keyword: String) throws(SchemaError) -> [String] {
        var names: [String] = []
        var seen: Set<[UInt8]> = []
        for element in try elements(of: place, keyword) {
            guard case .string(let name) = content(element) else {
                throw error("\(keyword) must hold strings only.", at: element)
            }
            guard seen.insert(Array(name.utf8)).inserted else { throw error("The name stands twice.", at: element) }
            names.append(name)
        }
        return names
    }
}
