import Bytes
import Foundation
import TestSupport
import Testing

@testable import RingfortCLI

/// A place for a database, gone with the test.
struct TemporaryDatabase {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    var directory: String { place.path }
    var path: String { "\(directory)/ringfort.db" }
}

extension PostDraft {
    /// A draft of these texts, without tags.
    init(_ title: String, body: String = "") {
        self.init(title: Array(title.utf8), body: Array(body.utf8), tags: Array("[]".utf8))
    }
}

extension PostAuthor {
    static let alice = PostAuthor(subject: Array("alice".utf8), issuer: [])
}

extension PostStore {
    /// The ids of one page of the list, and where the next one begins.
    func page(after: Int64? = nil, limit: Int64 = 100, mostBytes: Int = .max) throws -> (ids: [Int], next: Int64?) {
        var buffer = ByteBuffer(capacity: 64)
        let next = try writeList(after: after, limit: limit, mostBytes: mostBytes, into: &buffer)
        let list = try JSONSerialization.jsonObject(with: Data(String(buffer.bytes).utf8))
        let posts = try #require(list as? [[String: Any]])
        return (posts.compactMap { $0["id"] as? Int }, next)
    }

    /// The post as clients see it.
    func text(_ id: Int64) throws -> String? {
        var buffer = ByteBuffer(capacity: 64)
        return try write(id, into: &buffer) == nil ? nil : String(buffer.bytes)
    }
}
