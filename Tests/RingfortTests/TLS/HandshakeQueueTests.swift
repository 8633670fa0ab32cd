import Reactor
import Testing

@testable import Ringfort

@Suite("Handshakes of one pass")
struct HandshakeQueueTests {
    private func connection(_ slot: Int) -> ConnectionID { ConnectionID(slot: slot, generation: 0) }

    @Test("are so many, and those beyond have their turn in the order in which they came")
    func order() {
        var queue = HandshakeQueue()
        let admitted = (0..<100).filter { slot in
            if queue.admit() { return true }
            queue.append(connection(slot))
            return false
        }
        #expect(admitted.count == HandshakeQueue.perPass)
        let tooMany = queue.next()
        #expect(tooMany == nil)
        var next = HandshakeQueue.perPass
        while !queue.isEmpty {
            queue.passBegan()
            var inPass = 0
            while let found = queue.next() {
                #expect(found == connection(next))
                next += 1
                inPass += 1
            }
            #expect(inPass == min(HandshakeQueue.perPass, 100 - next + inPass))
        }
        #expect(next == 100)
    }

    @Test("count those that waited: newcomers get what is left")
    func newcomers() {
        var queue = HandshakeQueue()
        let first = (0..<HandshakeQueue.perPass).map { _ in queue.admit() }
        #expect(first.allSatisfy { $0 })
        queue.append(connection(1))
        queue.passBegan()
        let waited = queue.next()
        #expect(waited == connection(1))
        let admitted = (0..<HandshakeQueue.perPass).filter { _ in queue.admit() }
        #expect(admitted.count == HandshakeQueue.perPass - 1)
    }
}
