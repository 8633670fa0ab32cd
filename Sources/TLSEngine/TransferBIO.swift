internal import Bytes
internal import COpenSSL

/// The bytes that one call of a session moves: OpenSSL takes from `input` and appends to `output`.
@unsafe
struct Transfer {
    let input: UnsafeRawBufferPointer
    var taken = 0
    let output: UnsafeMutablePointer<ByteBuffer>

    /// Whether OpenSSL has taken all of the input.
    var isDrained: Bool { unsafe taken == input.count }
}

/// OpenSSL's end of a session (a BIO): it holds no bytes. Each call of the session lends it a `Transfer` by its data.
enum TransferBIO {
    /// A new one; nil when there is no memory.
    @unsafe
    static func make() -> OpaquePointer? { unsafe method.flatMap { unsafe BIO_new($0) } }

    /// Calls `body` while `bio` takes from `input` and appends to `output`.
    @unsafe
    static func exchange<Result>(
        _ bio: OpaquePointer, _ input: RawSpan, _ output: inout ByteBuffer,
        _ body: (UnsafePointer<Transfer>) -> Result
    ) -> Result {
        // SAFETY: input, output and transfer stay where they are until `body` has returned; then the BIO forgets them.
        unsafe input.withUnsafeBytes { input in
            unsafe withUnsafeMutablePointer(to: &output) { output in
                var transfer = unsafe Transfer(input: input, output: output)
                return unsafe withUnsafeMutablePointer(to: &transfer) { transfer in
                    unsafe BIO_set_data(bio, transfer)
                    defer { unsafe BIO_set_data(bio, nil) }
                    return unsafe body(UnsafePointer(transfer))
                }
            }
        }
    }

    /// The functions behind every BIO of this kind; made once a process, nil when there was no memory for it.
    // SAFETY: nobody changes the method once it is made.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        // SAFETY: the method is never freed, and the functions below keep to the contracts of BIO_meth_new(3).
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = unsafe BIO_meth_new(kind, "ringfort") else { return nil }
        unsafe BIO_meth_set_read_ex(method, readInput)
        unsafe BIO_meth_set_write_ex(method, writeOutput)
        unsafe BIO_meth_set_ctrl(method, control)
        return unsafe method
    }()
}

private func transfer(of bio: OpaquePointer?) -> UnsafeMutablePointer<Transfer>? {
    // SAFETY: only `exchange` sets the data of these BIOs.
    unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Transfer.self)
}

private func readInput(
    bio: OpaquePointer?, target: UnsafeMutablePointer<CChar>?, wanted: Int, read: UnsafeMutablePointer<Int>?
) -> Int32 {
    // SAFETY: OpenSSL has room for `wanted` bytes, and what is copied lies behind what was taken and within the input.
    unsafe BIO_clear_flags(bio, ringfort_bio_retry_flags)
    guard let transfer = unsafe transfer(of: bio), unsafe !transfer.pointee.isDrained,
        let source = unsafe transfer.pointee.input.baseAddress, let target = unsafe target
    else {
        unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        return -1
    }
    let count = unsafe min(wanted, transfer.pointee.input.count - transfer.pointee.taken)
    unsafe UnsafeMutableRawPointer(target).copyMemory(from: source + transfer.pointee.taken, byteCount: count)
    unsafe transfer.pointee.taken += count
    unsafe read?.pointee = count
    return 1
}

private func writeOutput(
    bio: OpaquePointer?, source: UnsafePointer<CChar>?, count: Int, written: UnsafeMutablePointer<Int>?
) -> Int32 {
    // SAFETY: OpenSSL gives `count` bytes, and the output is the call's alone until `exchange` returns.
    guard let transfer = unsafe transfer(of: bio) else { return -1 }
    let bytes = unsafe UnsafeRawBufferPointer(start: source, count: count)
    unsafe transfer.pointee.output.pointee.append(RawSpan(_unsafeBytes: bytes))
    unsafe written?.pointee = count
    return 1
}

/// Nothing is held back, so a flush is done at once; nothing else that OpenSSL could ask for is there.
private func control(
    bio: OpaquePointer?, command: Int32, number: Int, argument: UnsafeMutableRawPointer?
) -> Int { command == BIO_CTRL_FLUSH ? 1 : 0 }
