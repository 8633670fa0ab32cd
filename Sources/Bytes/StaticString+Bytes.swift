extension StaticString {
    /// The literal's UTF-8.
    @inlinable
    public var bytes: RawSpan {
        @_lifetime(immortal)
        get {
            // SAFETY: a literal is as long as it says, lives for ever and is never written to.
            let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(utf8Start), byteCount: utf8CodeUnitCount)
            return unsafe _overrideLifetime(span, borrowing: ())
        }
    }
}
