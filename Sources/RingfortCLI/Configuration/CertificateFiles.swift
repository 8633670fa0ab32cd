import Ringfort

extension ValueReader where Value == [TLSConfiguration.Identity] {
    /// Certificates, each with what belongs to it.
    static var certificates: Self {
        .list(
            of: .record(
                TLSConfiguration.Identity(certificatePath: "", keyPath: ""),
                [
                    Member("certificate", \.certificatePath, .line, isRequired: true, help: "As `tls.certificate`."),
                    Member("key", \.keyPath, .line, isRequired: true, help: "As `tls.key`."),
                    Member("ocsp", \.ocspResponsePath, .line, help: "As `tls.ocsp`."),
                ]))
    }
}
