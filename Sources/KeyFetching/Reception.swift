internal import CCurl
internal import Glibc

/// What a transfer has brought so far, and the rules that it is held to while it runs: libcurl asks it on the transfer's
/// own thread.
@safe
final class Reception {
    private let fetcher: HTTPSFetcher
    private let cancellation: FetchCancellation
    private(set) var bytes: [UInt8] = []
    private var headerBytes = 0
    /// The rule that has ended the transfer.
    private(set) var fault: FetchError?
    // INVARIANT: this object's own, of CURL_ERROR_SIZE bytes that end with NUL.
    private let errorText: UnsafeMutablePointer<CChar>

    /// What all of an answer's headers may take, in bytes.
    private static let mostHeaderBytes = 65_536

    init(_ fetcher: HTTPSFetcher, _ cancellation: FetchCancellation) {
        self.fetcher = fetcher
        self.cancellation = cancellation
        // SAFETY: initialised whole; it is freed once, when no transfer can write to it any more.
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { unsafe errorText.deallocate() }

    /// libcurl's words for what went wrong.
    func words(for code: CURLcode) -> String {
        // SAFETY: both are terminated texts, copied at once (invariant).
        let text = unsafe String(cString: errorText)
        return text.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : text
    }

    /// Has a transfer ask this object, which must outlive it. False when libcurl has no memory.
    func attach(to curl: UnsafeMutableRawPointer) -> Bool {
        // SAFETY: whoever calls keeps this object for as long as the transfer lives; the callbacks give it back as it is.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let results = unsafe [
            ringfort_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText),
            ringfort_curl_set_pointer(curl, CURLOPT_WRITEDATA, context),
            ringfort_curl_set_pointer(curl, CURLOPT_HEADERDATA, context),
            ringfort_curl_set_pointer(curl, CURLOPT_XFERINFODATA, context),
            ringfort_curl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, context),
            ringfort_curl_set_write(curl, CURLOPT_WRITEFUNCTION) { unsafe Reception.at($3).take($0, $1 * $2) },
            ringfort_curl_set_write(curl, CURLOPT_HEADERFUNCTION) { unsafe Reception.at($3).count(header: $1 * $2) },
            ringfort_curl_set_progress(curl) { context, _, _, _, _ in unsafe Reception.at(context).isUnwanted ? 1 : 0 },
            ringfort_curl_set_open(curl) { context, _, address in unsafe Reception.at(context).open(address) },
            ringfort_curl_set_number(curl, CURLOPT_NOPROGRESS, 0),
        ]
        return results.allSatisfy { $0 == CURLE_OK }
    }

    @unsafe
    private static func at(_ context: UnsafeMutableRawPointer?) -> Reception {
        guard let context = unsafe context else { preconditionFailure("libcurl has lost its context") }
        // SAFETY: it is what `attach` has given to libcurl.
        return unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    }

    private var isUnwanted: Bool {
        if cancellation.isCancelled { fault = .cancelled }
        return cancellation.isCancelled
    }

    /// Takes a piece of the body; any other count than that of its bytes ends the transfer.
    @unsafe
    private func take(_ piece: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard count <= fetcher.mostBytes - bytes.count else {
            fault = .tooLong(mostBytes: fetcher.mostBytes)
            return 0
        }
        // SAFETY: libcurl lends `count` bytes for the call.
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: piece, count: count))
        return count
    }

    private func count(header bytes: Int) -> Int {
        headerBytes += bytes
        guard headerBytes <= Self.mostHeaderBytes else {
            fault = .tooLong(mostBytes: Self.mostHeaderBytes)
            return 0
        }
        return bytes
    }

    /// A socket for the address that the host's name was resolved to, just before it is connected: what a name means now
    /// is what is checked.
    @unsafe
    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address = unsafe address else { return CURL_SOCKET_BAD }
        guard unsafe fetcher.allowsPrivateAddresses || Self.isPublic(address) else {
            fault = .privateAddress
            return CURL_SOCKET_BAD
        }
        // An address that is allowed may come after one that is not.
        fault = nil
        // SAFETY: libcurl lends the structure for the call.
        return unsafe socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    @unsafe
    private static func isPublic(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return false }
        // SAFETY: libcurl keeps a whole `sockaddr_storage` there, of which `addrlen` bytes are the address.
        let bytes = unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + start, count: Int(address.pointee.addrlen))
        switch unsafe address.pointee.family {
        case AF_INET:
            guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return false }
            return PublicAddress.contains(ipv4: unsafe bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) })
        case AF_INET6:
            guard bytes.count >= MemoryLayout<sockaddr_in6>.size else { return false }
            return PublicAddress.contains(ipv6: unsafe bytes[8..<24].reduce(0) { $0 << 8 | UInt128($1) })
        default: return false
        }
    }
}
