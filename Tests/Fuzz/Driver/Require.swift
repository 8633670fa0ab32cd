/// Ends the process with `sentence`, which says what should hold, unless it does. libFuzzer then keeps the input.
@inline(__always)
func require(_ condition: Bool, _ sentence: StaticString, file: StaticString = #fileID, line: UInt = #line) {
    if !condition { fail(sentence, file: file, line: line) }
}

/// Ends the process with `sentence`, which says what should hold.
@inline(never)
func fail(_ sentence: StaticString, file: StaticString = #fileID, line: UInt = #line) -> Never {
    preconditionFailure("this does not hold: \(sentence)", file: file, line: line)
}
