import Bytes
import Synchronization

/// Posts in memory, gone with the process. Bounded in their number and their bytes.
final class MemoryPostStore: PostStore {
    private struct StoredPost {
        let id: UInt64
        /// What stands behind the id in the post's object: written once, copied ever after.
        let members: [UInt8]

        func write(into buffer: inout ByteBuffer) {
            buffer.append("{\"id\":")
            buffer.append(decimal: id)
            buffer.append(members.span.raw)
        }
    }

    private struct Posts {
        // INVARIANT: in ascending order of their ids.
        var posts: [StoredPost] = []
        var byteCount = 0
        var nextID: UInt64

        func index(of id: UInt64) -> Int? {
            let index = firstIndex(from: id)
            return index < posts.count && posts[index].id == id ? index : nil
        }

        /// The index of the first post whose id is not below `id`. O(log n).
        func firstIndex(from id: UInt64) -> Int {
            var range = 0..<posts.count
            while let last = range.last {
                let middle = (range.lowerBound + last) / 2
                range = posts[middle].id < id ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
            return range.lowerBound
        }
    }

    private let posts: Mutex<Posts>
    private let mostPosts: Int
    private let mostBytes: Int

    /// An empty store whose first post gets the id `firstID`.
    init(firstID: UInt64 = 1, mostPosts: Int = 100_000, mostBytes: Int = 256 * 1024 * 1024) {
        posts = Mutex(Posts(nextID: firstID))
        self.mostPosts = mostPosts
        self.mostBytes = mostBytes
    }

    func writeList(before: UInt64?, limit: Int, mostBytes: Int, into buffer: inout ByteBuffer) {
        let start = buffer.count
        // Held while it copies, at memory's speed: bounded in posts and bytes.
        posts.withLock { posts in
            let end = before.map(posts.firstIndex) ?? posts.posts.count
            buffer.append(0x5B)
            for index in (max(0, end - limit)..<end).reversed() where buffer.count - start < mostBytes {
                if index < end - 1 { buffer.append(0x2C) }
                posts.posts[index].write(into: &buffer)
            }
            buffer.append(0x5D)
        }
    }

    func write(_ id: UInt64, into buffer: inout ByteBuffer) -> Bool {
        posts.withLock { posts in
            guard let index = posts.index(of: id) else { return false }
            posts.posts[index].write(into: &buffer)
            return true
        }
    }

    /// - Throws: `PostError.full` when there are as many posts, or as many bytes of them, as there may be.
    func create(_ draft: PostDraft) throws(PostError) -> UInt64 {
        var written = ByteBuffer(capacity: draft.title.byteCount + draft.body.byteCount + 256)
        draft.writeMembersBehindID(into: &written)
        let members = [UInt8](written.bytes)
        let id = posts.withLock { posts -> UInt64? in
            guard posts.posts.count < mostPosts, posts.byteCount + members.count <= mostBytes else { return nil }
            defer { posts.nextID += 1 }
            posts.posts.append(StoredPost(id: posts.nextID, members: members))
            posts.byteCount += members.count
            return posts.nextID
        }
        guard let id else { throw .full }
        return id
    }

    /// O(n) in the posts behind it.
    func delete(_ id: UInt64) -> Bool {
        posts.withLock { posts in
            guard let index = posts.index(of: id) else { return false }
            posts.byteCount -= posts.posts.remove(at: index).members.count
            return true
        }
    }
}

extension [UInt8] {
    /// A copy of `bytes`.
    fileprivate init(_ bytes: RawSpan) {
        self.init(capacity: bytes.byteCount) { array in
            for offset in 0..<bytes.byteCount { array.append(bytes[offset]) }
        }
    }
}
