import Testing

@testable import Reactor

@Suite("User data")
struct UserDataTests {
    @Test("comes back as it was sent", arguments: [0, 1, 8191, (1 << 24) - 1], [0, 1, UInt32.max])
    func roundTrip(slot: Int, generation: UInt32) {
        let origin = UserData(.send, slot: slot, generation: generation)
        #expect(UserData(rawValue: origin.rawValue) == origin)
    }

    @Test("that nobody sent is refused")
    func unknown() {
        #expect(UserData(rawValue: .max) == nil)
    }
}
