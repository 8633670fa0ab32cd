import Bytes

extension MemoryPostStore {
    /// A store with a few posts to read and to delete: 121, 122 and 123.
    static func withSamples() throws(PostError) -> MemoryPostStore {
        let store = MemoryPostStore(firstID: 121)
        for sample in samples {
            let draft = try PostDraft(
                title: sample.title.utf8.span.raw, body: sample.body.utf8.span.raw,
                author: sample.author.utf8.span.raw, tags: "[]".utf8.span.raw,
                createdUnixSeconds: sample.createdUnixSeconds
            )
            _ = try store.create(draft)
        }
        return store
    }

    private struct Sample {
        let title: String
        let body: String
        let author: String
        let createdUnixSeconds: UInt64
    }

    private static let samples = [
        Sample(
            title: "A ring and a fort", body: "What an API server owes to those who call it.", author: "alice",
            createdUnixSeconds: 1_761_991_200
        ),
        Sample(
            title: "Scopes", body: "A token says who you are. Its scopes say what you may do.", author: "bob",
            createdUnixSeconds: 1_762_077_600
        ),
        Sample(
            title: "To be deleted", body: "By somebody who may, and once only.", author: "alice",
            createdUnixSeconds: 1_762_164_000
        ),
    ]
}
