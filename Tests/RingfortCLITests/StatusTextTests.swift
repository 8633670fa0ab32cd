import Testing

@testable import RingfortCLI

@Suite("A server's status as text")
struct StatusTextTests {
    @Test("has a line for each part, whatever it is, and a table of what is not zero")
    func report() {
        let json = #"""
            {"version":"1.2","uptime_seconds":7,"draining":false,"revocations":0,
             "keys":{"epoch":3,"ids":["a","b"]},"certificates":[],"further":[{"x_y":null}],
             "shards":[{"accepted":1,"shed":0,"requests":10},{"accepted":0,"shed":0,"requests":12}]}
            """#
        #expect(
            StatusText.text(of: json) == """
                version         1.2
                uptime seconds  7
                draining        no
                revocations     0
                keys            epoch 3, ids a, b
                certificates    none
                further         x y none

                COUNTED   SHARD 0  SHARD 1
                accepted  1        0
                requests  10       12

                """)
    }

    @Test("leaves what is no report as it is, and nothing that a terminal would obey")
    func others() {
        #expect(StatusText.text(of: "ok\n") == nil)
        #expect(StatusText.text(of: "[1]") == nil)
        #expect(StatusText.text(of: #"{"version":"\u001b[31m"}"#)?.contains("\u{1B}") == false)
    }
}
