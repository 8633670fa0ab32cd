import Bytes
import HTTPWire
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

@Suite("Nothing is allocated", .enabled(if: allocationsAreCounted))
struct AllocationTests {
    @Test("to find a route, or to find none")
    func routing() throws {
        let table = try RouteTable([
            RouteDeclaration(method: .get, pattern: "/api/health"),
            RouteDeclaration(method: .get, pattern: "/api/posts/latest"),
            RouteDeclaration(method: .delete, pattern: "/api/posts/:id"),
            RouteDeclaration(method: .get, pattern: "/api/posts/:id/comments/:comment"),
        ])
        for path in ["/api/health", "/api/posts/latest/comments/1", "/api/posts/123", "/api/none", "/a/b/c/d/e/f"] {
            let owned = Path(path)
            var parameters = PathParameters()
            let count = steadyState {
                _ = table.match(method: .get, path: owned.bytes, parameters: &parameters)
                _ = table.match(method: .delete, path: owned.bytes, parameters: &parameters)
                _ = table.match(method: .options, path: owned.bytes, parameters: &parameters)
            }
            #expect(count == 0, "\(path)")
        }
    }

    @Test("to refuse a request and to write why")
    func problems() {
        let allowed = MethodSet(.get, .head)
        let scope = "delete:posts write:posts"
        let violation = LimitViolation(policy: "ip", quota: 40, windowSeconds: 2, retryAfterSeconds: 1)
        var body = ByteBuffer(capacity: 1024)
        var headers = HeaderBlock(capacity: 1024)
        let noViolations = ByteBuffer(capacity: 0)
        let id = CorrelationID(high: 1, low: 2)
        func count(_ problem: () -> Problem) -> Int {
            steadyState {
                body.removeAll()
                headers.removeAll()
                let made = problem()
                made.writeBody(correlationID: id, violations: noViolations, into: &body)
                made.writeHeaders(realm: "ringfort".utf8.span.raw, into: &headers)
            }
        }
        #expect(count { .unauthorized } == 0)
        #expect(count { .invalidToken(reason: "expired", detail: LogDetail("kid 17")) } == 0)
        #expect(count { .insufficientScope(required: scope) } == 0)
        #expect(count { .notFound } == 0)
        #expect(count { .methodNotAllowed(allowed) } == 0)
        #expect(count { .limited(violation) } == 0)
        #expect(count { .overloaded(retryAfterSeconds: 1) } == 0)
        #expect(body.isEmpty == false)
    }

    @Test("to tell another origin what it may read, or nothing")
    func crossOrigin() throws {
        var drafts = CrossOriginDrafts()
        let policy = CORSPolicy(origins: ["https://a.example", "https://b.example"], exposedHeaders: ["ETag"])
        let entries = try drafts.entries(of: policy, for: .get)
        let table = CrossOriginTable(drafts)
        var headers = HeaderBlock(capacity: 1024)
        for (origin, isAllowed) in [("https://b.example", true), ("https://c.example", false)] {
            let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nOrigin: \(origin)\r\n\r\n".utf8)
            var head = RequestHead()
            _ = try head.parse(bytes.span.raw, limits: .standard)
            #expect(table.entry(among: entries, for: head, bytes.span.raw).isAllowed == isAllowed)
            let count = steadyState {
                headers.removeAll()
                table.append(answer: table.entry(among: entries, for: head, bytes.span.raw).index, to: &headers)
            }
            #expect(count == 0, "\(origin)")
        }
    }

    @Test("to name a request and to log it, whether the ring has room or not")
    func logging() throws {
        let ring = LogRing(minimumCapacity: 0)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        var generator = try CorrelationIDGenerator()
        let path = Path("/api/posts/123")
        let count = steadyState {
            for _ in 0..<20 {
                var record = AccessRecord.sample()
                record.correlationID = generator.next()
                producer.append(record, path: path.bytes, subject: path.bytes, reason: path.bytes)
            }
        }
        #expect(count == 0)
        #expect(ring.dropped.load(ordering: .relaxed) > 0)
    }

    /// What the body allocates when it runs for the second time.
    private func steadyState(_ body: () -> Void) -> Int {
        body()
        return allocations { body() }.count
    }
}
