import NotesAPI
import Ringfort

// Make keys and tokens with the command line: ringfort key generate, ringfort token issue --scope "read:notes write:notes".
let keys = try KeyDirectory(reading: CommandLine.arguments.dropFirst().first ?? "data/keys")
let configuration = try ServerConfiguration(listen: "127.0.0.1:8080", keyring: keys.keyring)
try Server(notesAPI(NoteStore()), configuration).run()
