import Foundation

let usage = """
    usage: scripts/bench NAME [OPTION ...]

      floor   CPU time a request of the server beside the least that the work can cost here
      idle    memory and CPU time of connections that are open and say nothing
      forms   a handler on its shard, as a task and on a worker
      routes  a request to one of ten thousand routes beside one to one of ten
      flood   latency of callers beside a flood of tokens that nobody has seen before
      wire    parsing of heads and encoding of answers, beside memchr and memcpy
      tokens  issuing and verifying tokens, beside the bare primitives of their algorithms
      limiter deciding over requests: one thread, two, few keys, many, and a table that fills up
      cache   tokens that were verified before, and how many of them are found in a flood
      tls     handshakes and records of TLS, beside bare OpenSSL
      posts   reading posts beside an answer from memory, and changes that share a commit beside one each
      json    reading and validating JSON, beside Foundation's reader

    scripts/bench NAME --help explains the options.
    """

func run(_ arguments: ArraySlice<String>) throws(BenchError) {
    guard let name = arguments.first, name != "--help", name != "-h" else {
        print(usage)
        return
    }
    switch name {
    case "floor":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(FloorBench.options))
        if options.wantsHelp {
            print(FloorBench.usage)
        } else {
            try FloorBench(options, setting: Setting(options)).run()
        }
    case "idle":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(IdleBench.options))
        if options.wantsHelp {
            print(IdleBench.usage)
        } else {
            try IdleBench(options, setting: Setting(options)).run()
        }
    case "forms":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(FormsBench.options))
        if options.wantsHelp {
            print(FormsBench.usage)
        } else {
            try FormsBench(options, setting: Setting(options)).run()
        }
    case "routes":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(RoutesBench.options))
        if options.wantsHelp {
            print(RoutesBench.usage)
        } else {
            try RoutesBench(options, setting: Setting(options)).run()
        }
    case "flood":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(FloodBench.options))
        if options.wantsHelp {
            print(FloodBench.usage)
        } else {
            try FloodBench(options, setting: Setting(options)).run()
        }
    case "posts":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(PostsBench.options))
        if options.wantsHelp {
            print(PostsBench.usage)
        } else {
            try PostsBench(options, setting: Setting(options)).run()
        }
    case "wire":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(WireBench.options))
        if options.wantsHelp {
            print(WireBench.usage)
        } else {
            try WireBench(options, setting: Setting(options)).run()
        }
    case "tokens":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(TokensBench.options))
        if options.wantsHelp {
            print(TokensBench.usage)
        } else {
            try TokensBench(options, setting: Setting(options)).run()
        }
    case "limiter":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(LimiterBench.options))
        if options.wantsHelp {
            print(LimiterBench.usage)
        } else {
            try LimiterBench(options, setting: Setting(options)).run()
        }
    case "cache":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(CacheBench.options))
        if options.wantsHelp { print(CacheBench.usage) } else { try CacheBench(options).run() }
    case "json":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(JSONBench.options))
        if options.wantsHelp { print(JSONBench.usage) } else { try JSONBench(options).run() }
    case "tls":
        let options = try Options(arguments.dropFirst(), known: Setting.options.union(TLSBench.options))
        if options.wantsHelp { print(TLSBench.usage) } else { try TLSBench(options).run() }
    default:
        throw .usage("there is no benchmark '\(name)'")
    }
}

Interruption.watch()
do throws(BenchError) {
    try run(CommandLine.arguments.dropFirst())
} catch {
    FileHandle.standardError.write(Data("ringfort-bench: \(error)\n".utf8))
    switch error {
    case .usage: exit(2)
    case .interrupted: exit(130)
    default: exit(1)
    }
}
