import Bytes
import JSONSchema
import Ringfort
import YAML

extension ValueReader where Value == CORSPolicy? {
    static var policy: Self {
        ValueReader<CORSPolicy>.record(
            CORSPolicy(origins: []),
            [
                Member(
                    "origins", \.origins, .names, isRequired: true,
                    help: "The origins as browsers write them, such as https://app.example, or `*` alone for all."),
                Member(
                    "methods", \.methods, .methods,
                    help: "The methods that they may use; all that the route has, unless set."),
                Member(
                    "headers", \.headers, .names,
                    help: "The request headers that they may set; Authorization and Content-Type, unless set."),
                Member("exposed_headers", \.exposedHeaders, .names, help: "The response headers that they may read."),
                Member("credentials", \.allowsCredentials, .flag, help: "Whether browsers may send cookies along."),
                Member(
                    "max_age_seconds", \.maxAgeSeconds, .wholeNumber(0...86_400),
                    help: "How long a browser may remember what it may do; 600, unless set."),
            ]
        ) { policy in
            do throws(CORSError) {
                try policy.validate()
                return nil
            } catch {
                return ValueFault(keys: ["origins"], message: "\(error)")
            }
        }
        .optional
    }
}

extension ValueReader where Value: Sendable {
    /// The same for a member that may be left out.
    fileprivate var optional: ValueReader<Value?> {
        ValueReader<Value?>(form: form) { node, faults in read(node, &faults).map(Optional.some) }
    }
}

extension ValueParser where Value == ScopeSet {
    /// Names of scopes.
    static var scopes: Self {
        Self(wanted: "scopes: printable ASCII without spaces, quotes and backslashes", form: .texts) { text in
            guard !text.isEmpty else { return ScopeSet() }
            guard !text.contains(" ") else { return nil }
            let names = text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: " ")
            do throws(ScopeError) { return try ScopeSet(validating: names) } catch { return nil }
        } describe: { scopes in
            scopes.names.joined(separator: ",")
        }
    }
}

extension ValueParser where Value == [String] {
    /// Texts without commas.
    static var names: Self {
        Self(wanted: "a list of texts", form: .texts) { text in
            text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        } describe: {
            $0.joined(separator: ",")
        }
    }
}

extension ValueParser where Value == Bool {
    static var flag: Self {
        Self(wanted: "true or false", form: .flag) {
            $0 == "true"
        } describe: {
            "\($0)"
        }
    }
}

extension ValueParser where Value == MethodSet {
    static var methods: Self {
        Self(wanted: "methods, such as GET and POST", form: .texts) { text in
            var methods = MethodSet()
            for name in text.split(separator: ",") {
                guard let method = Method.allCases.first(where: { "\($0.name)" == name }) else { return nil }
                methods.insert(method)
            }
            return methods
        } describe: { _ in
            nil
        }
    }
}

extension ValueReader where Value == SchemaDefinition? {
    /// A file that holds a JSON Schema.
    static var schemaFile: Self {
        ValueReader(form: .text) { node, faults in
            guard case .string(let path) = node.content else { return nil }
            do throws(FileError) {
                let bytes = try BoundedFile.read(path, mostBytes: mostSchemaBytes)
                if let reason = fault(of: bytes) {
                    faults.append(ValueFault(message: "'\(path.excerpt)' holds no schema that can be used: \(reason)"))
                }
                return SchemaDefinition.json(String(bytes.span.raw))
            } catch {
                faults.append(ValueFault(message: "\(error)"))
                return nil
            }
        }
    }

    private static func fault(of schema: [UInt8]) -> String? {
        do throws(SchemaError) {
            _ = try Schema(compiling: schema.span.raw)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static var mostSchemaBytes: Int { 1 << 20 }
}
