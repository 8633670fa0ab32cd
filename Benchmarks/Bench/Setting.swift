/// Where a benchmark runs; scripts/bench fills it in.
struct Setting {
    /// The folder with Package.swift.
    let package: String
    /// The folder with the built programs.
    let programs: String
    /// What the programs were built from, as git names it.
    let revision: String
    /// The folder that reports go to.
    let results: String

    /// The options that `init` understands.
    static let options: Set<String> = ["--package", "--programs", "--revision", "--out"]

    /// Reads the options of the command line.
    init(_ options: Options) throws(BenchError) {
        guard let package = options.text("--package"), let programs = options.text("--programs") else {
            throw .usage("start it with scripts/bench, which builds the programs and says where they are")
        }
        self.package = package
        self.programs = programs
        revision = options.text("--revision") ?? "unknown"
        results = options.text("--out") ?? "\(package)/.build/bench"
    }
}
