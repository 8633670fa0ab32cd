import Reactor
import Ringfort

extension ValueParser where Value == ListenAddress {
    /// `ADDRESS:PORT`.
    static var listenAddress: Self {
        Self(wanted: "ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; names are not looked up") {
            ListenAddress($0)
        } describe: {
            $0.description
        }
    }
}

extension ValueParser where Value == [Listener] {
    /// Listeners with commas between them; an empty text is none.
    static var listeners: Self {
        Self(
            wanted: "http://ADDRESS:PORT or https://ADDRESS:PORT, with commas between; names are not looked up",
            form: .texts
        ) { text in
            let parts = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
            let listeners = parts.compactMap { Listener(String($0)) }
            return listeners.count == parts.count ? listeners : nil
        } describe: { listeners in
            listeners.map(\.description).joined(separator: ",")
        }
    }
}
