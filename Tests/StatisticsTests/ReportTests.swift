import Testing

@testable import Statistics

@Suite("A report's text")
struct ReportTests {
    @Test(
        "has figures with a fixed number of digits",
        arguments: [
            (0.0, 2, "0.00"), (1.5, 0, "2"), (6.196, 2, "6.20"), (-0.001, 2, "0.00"), (-1.25, 1, "-1.3"),
            (0.05, 3, "0.050"), (139_722.4, 0, "139722"), (9.999, 2, "10.00"), (Double.infinity, 2, "inf"),
            (1e300, 2, "1e+300"),
        ]
    )
    func digits(value: Double, digits: Int, text: String) {
        #expect(value.fixed(digits) == text)
    }

    @Test("has tables whose columns line up, figures to the right")
    func table() {
        var table = Table([.init("server", .left), .init("CPU µs/request"), .init("×")])
        table.append(["ringfort", "6.40", "1.03"])
        table.append(["floor", "6.20"])
        #expect(
            table.text == """
                | server   | CPU µs/request |    × |
                | -------- | -------------: | ---: |
                | ringfort |           6.40 | 1.03 |
                | floor    |           6.20 |      |

                """
        )
    }

    @Test("says which machine the figures are from")
    func machine() {
        var machine = Machine(
            processor: "AMD EPYC", processors: 2, kernel: "Linux 6.1.0", system: "Debian GNU/Linux 12", loadBefore: 0.5
        )
        #expect(
            machine.sentence
                == "AMD EPYC, 2 processors, Linux 6.1.0, Debian GNU/Linux 12, load 0.50 before the first round."
        )
        machine.processors = 1
        #expect(machine.sentence.contains(", 1 processor, "))
    }
}
