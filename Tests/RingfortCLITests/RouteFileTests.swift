import Ringfort
import Testing

@testable import RingfortCLI

@Suite("Routes in a configuration file")
struct RouteFileTests {
    private static func faults(_ text: String) -> [String] {
        let file = TemporaryFile(text)
        do throws(ConfigurationError) {
            _ = try GivenSettings(file: file.path).settings(environment: [:])
            return []
        } catch {
            return error.faults.map { "\($0)".replacing(file.path, with: "f") }
        }
    }

    @Test("can be said of logins, too")
    func logins() {
        #expect(Self.faults("routes: { POST /api/login: { deadline_ms: 5000, cors: { origins: ['*'] } } }").isEmpty)
    }

    @Test("are said to the server, with the limits that they name")
    func read() throws {
        let schema = TemporaryFile(#"{"type": "object"}"#)
        let file = TemporaryFile(
            """
            rate_limits:
              policies:
                search: { rate: 5, burst: 10 }
                login: { by: address, rate: 5, per_seconds: 60, burst: 5 }
            routes:
              GET /api/posts: { scopes: [a:b, c:d], any_scopes: [e:f], limit: search, cost: 3 }
              POST /api/posts: { limit: login, body_bytes: 10, schema: '\(schema.path)', deadline_ms: 7 }
              /api:
                limit: off
                cors:
                  origins: [https://a.example]
                  methods: [GET, POST]
                  headers: []
                  exposed_headers: [ETag]
                  credentials: true
                  max_age_seconds: 5
            """)
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        let routes = try settings.configuration(Keyring(), cores: 1).routes
        var list = RouteSetting("GET /api/posts")
        list.scopes = ScopeSet("a:b c:d")
        list.anyScopes = ScopeSet("e:f")
        list.limit = .perPrincipal(rate: 5, burst: 10)
        list.limitName = "search"
        list.cost = 3
        var create = RouteSetting("POST /api/posts")
        create.limit = .perAddress(rate: 5, burst: 5, everySeconds: 60)
        create.limitName = "login"
        create.bodyBytes = 10
        create.bodySchema = .json(#"{"type": "object"}"#)
        create.deadlineMilliseconds = 7
        var all = RouteSetting("/api")
        all.limit = RateLimit.none
        all.limitName = "off"
        all.crossOrigin = CORSPolicy(
            origins: ["https://a.example"], methods: MethodSet(.get, .post), headers: [], exposedHeaders: ["ETag"],
            allowsCredentials: true, maxAgeSeconds: 5)
        #expect(routes == [list, create, all])
    }

    @Test(
        "are refused with the place of the fault, what is wrong and what to do",
        arguments: [
            (
                "routes:\n  GET /api/profle: {}",
                "f:2:3: /routes/GET ~1api~1profle: there is no route 'GET /api/profle'; did you mean 'GET /api/profile'?"
            ),
            (
                "routes:\n  /api/post: {}",
                "f:2:3: /routes/~1api~1post: there is no route '/api/post'; did you mean '/api/posts'?"
            ),
            (
                "routes:\n  GET /api/profile: { scops: [] }",
                "f:2:23: /routes/GET ~1api~1profile/scops: there is no setting 'scops' in routes.GET /api/profile; "
                    + "did you mean 'scopes'?"
            ),
            (
                "routes:\n  GET /api/profile: { scopes: ['a b'] }",
                "f:2:23: /routes/GET ~1api~1profile/scopes: a list is not scopes: printable ASCII without spaces, "
                    + "quotes and backslashes"
            ),
            (
                "routes:\n  GET /api/profile: { scopes: a }",
                "f:2:23: /routes/GET ~1api~1profile/scopes: must be an array"
            ),
            (
                "rate_limits: { policies: { search: { rate: 1, burst: 1 } } }\nroutes:\n  GET /api/profile: { limit: serch }",
                "f:3:23: /routes/GET ~1api~1profile/limit: there is no 'serch' in rate_limits.policies; did you mean 'search'?"
            ),
            (
                "rate_limits: { policies: { off: { rate: 1, burst: 1 } } }",
                "f:1:28: /rate_limits/policies/off: 'off' is no limit: name it else"
            ),
            (
                "rate_limits: { policies: { a: { rate: 1, burst: 100000 } } }",
                "f:1:28: /rate_limits/policies/a: a bucket must refill within a day: raise the rate, or lower the burst"
            ),
            (
                "routes:\n  GET /api/health: { body_bytes: 5 }",
                "f:2:3: /routes/GET ~1api~1health: route 'GET /api/health': it takes no body: leave its size and its schema out"
            ),
            (
                "routes:\n  POST /api/posts:\n    schema: /nowhere/post.json",
                "f:3:5: /routes/POST ~1api~1posts/schema: '/nowhere/post.json' can't be read: No such file or directory"
            ),
            (
                "routes:\n  /api:\n    cors: { origins: ['*'], credentials: true }",
                "f:3:13: /routes/~1api/cors/origins: '*' with credentials would let every page act for its visitors: "
                    + "name the origins, or leave credentials out"
            ),
            (
                "routes:\n  /api:\n    cors: { origins: [https://a.example], methods: [GET, FETCH] }",
                "f:3:43: /routes/~1api/cors/methods: a list is not methods, such as GET and POST"
            ),
            ("routes:\n  /api:\n    cors: {}", "f:3:5: /routes/~1api/cors: the member \"origins\" is missing"),
            ("routes: [a]", "f:1:1: /routes: must be an object or null"),
        ]
    )
    func refused(text: String, fault: String) {
        #expect(Self.faults(text) == [fault])
    }

    @Test("are refused for all that is wrong with them, each at its place")
    func several() {
        let faults = Self.faults(
            "routes:\n  GET /a: {}\n  /api: { scopes: ['a b'], cors: { origins: [x] } }\n  GET /api/health: { limit: x }"
        )
        #expect(faults.map { String($0.prefix(6)) } == ["f:2:3:", "f:3:11", "f:3:36"])
    }

    @Test("can't be set in the environment, and it says so")
    func environment() {
        let error = #expect(throws: ConfigurationError.self) {
            try GivenSettings().settings(environment: ["RINGFORT_ROUTES": "{}"])
        }
        #expect(error?.description == "RINGFORT_ROUTES: this can only be set in a file: name one with --config")
    }
}
