/// What the JSON benchmark reads and validates: documents as an API meets them, each with the schema that it keeps to.
struct JSONBenchDocument {
    let name: String
    let bytes: [UInt8]
    let schema: String

    static let all = [
        JSONBenchDocument(name: "claims set", text: claims, schema: claimsSchema),
        JSONBenchDocument(name: "post", text: post(1), schema: postSchema),
        JSONBenchDocument(
            name: "hundred posts", text: "[\((1...100).map(post).joined(separator: ",\n"))]", schema: feedSchema),
    ]

    private init(name: String, text: String, schema: String) {
        self.name = name
        bytes = Array(text.utf8)
        self.schema = schema
    }

    private static let claims = """
        {"iss":"https://auth.example.com","sub":"user-4711","aud":"https://api.example.com","exp":1767225600,\
        "nbf":1767222000,"iat":1767222000,"jti":"0f8fad5b-d9cb-469f-a165-70867728950e","scope":"read:posts write:posts"}
        """

    private static let claimsSchema = """
        {"type": "object", "required": ["iss", "sub", "exp"], "properties": {
          "iss": {"type": "string", "maxLength": 200}, "sub": {"type": "string", "maxLength": 200},
          "aud": {"type": "string", "maxLength": 200}, "exp": {"type": "integer", "minimum": 0},
          "nbf": {"type": "integer", "minimum": 0}, "iat": {"type": "integer", "minimum": 0},
          "jti": {"type": "string", "maxLength": 64}, "scope": {"type": "string", "maxLength": 1000}}}
        """

    /// About a kibibyte: words, a few escapes, a few characters above ASCII.
    private static func post(_ number: Int) -> String {
        let paragraph =
            #"The night train left at ten; \"late again\", said Zoë, and opened the window.\nNobody looked up. "#
        return """
            {"title": "Notes of a journey, part \(number)", "body": "\(String(repeating: paragraph, count: 9))",
             "tags": ["travel", "night-train", "notes", "part-\(number)"], "draft": false, "rating": 4.5}
            """
    }

    /// Limits on everything, and nothing that is not named.
    private static let postSchema = """
        {"type": "object", "required": ["title", "body"], "additionalProperties": false, "properties": {
          "title": {"type": "string", "minLength": 1, "maxLength": 120},
          "body": {"type": "string", "minLength": 1, "maxLength": 20000},
          "tags": {"type": "array", "maxItems": 8, "uniqueItems": true,
                   "items": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"}},
          "draft": {"type": "boolean"}, "rating": {"type": "number", "minimum": 0, "maximum": 5}}}
        """

    private static let feedSchema = """
        {"type": "array", "maxItems": 1000, "items": {"$ref": "#/$defs/post"}, "$defs": {"post": \(postSchema)}}
        """
}
