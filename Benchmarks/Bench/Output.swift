import Foundation

/// Prints a line at once: progress is of no use later, and a pipe would hold it back.
func report(_ line: String) {
    print(line)
    fflush(nil)
}

/// `value` as JSON that a reader can compare with yesterday's: one order, one member a line.
func json(_ value: some Encodable) throws(BenchError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return try encoder.encode(value) } catch { throw .unwritable(path: "\(error)") }
}
