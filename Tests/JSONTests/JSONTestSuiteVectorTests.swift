import Foundation
import JSON
import Testing

/// nst/JSONTestSuite; see the SOURCE.md beside the files.
@Suite("JSONTestSuite")
struct JSONTestSuiteVectorTests {
    /// RFC 8259 lets objects name a member twice, and two files that must be accepted do; the default is stricter.
    private static let asTheStandardAllows = JSONLimits(refusesDuplicateMembers: false)

    /// What the standard leaves open, and we take: its grammar does not bound a number. One that no double holds has no
    /// `asDouble`; its text is there.
    private static let accepted: Set = [
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json", "i_number_neg_int_huge_exp.json",
        "i_number_pos_double_huge_exp.json", "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    ]

    /// What the standard leaves open, and we refuse.
    private static let refused: [JSONError.Reason: Set<String>] = [
        // Half of a surrogate pair has no UTF-8, so that nobody could use such a string safely.
        .loneSurrogate: [
            "i_object_key_lone_2nd_surrogate.json", "i_string_1st_surrogate_but_2nd_missing.json",
            "i_string_1st_valid_surrogate_2nd_invalid.json", "i_string_incomplete_surrogate_and_escape_valid.json",
            "i_string_incomplete_surrogate_pair.json", "i_string_incomplete_surrogates_escape_valid.json",
            "i_string_invalid_lonely_surrogate.json", "i_string_invalid_surrogate.json",
            "i_string_inverted_surrogates_U+1D11E.json", "i_string_lone_second_surrogate.json",
        ],
        // RFC 8259 section 8.1: text between systems is UTF-8, and nothing else; no byte-order mark stands before it.
        .invalidUTF8: [
            "i_string_UTF-8_invalid_sequence.json", "i_string_UTF8_surrogate_U+D800.json",
            "i_string_invalid_utf-8.json", "i_string_iso_latin_1.json", "i_string_lone_utf8_continuation_byte.json",
            "i_string_not_in_unicode_range.json", "i_string_overlong_sequence_2_bytes.json",
            "i_string_overlong_sequence_6_bytes.json", "i_string_overlong_sequence_6_bytes_null.json",
            "i_string_truncated-utf-8.json",
        ],
        .unexpectedByte: [
            "i_string_UTF-16LE_with_BOM.json", "i_string_utf16BE_no_BOM.json", "i_string_utf16LE_no_BOM.json",
        ],
        .byteOrderMark: ["i_structure_UTF-8_BOM_empty_object.json"],
        // Deeper than any honest document.
        .depthExceeded: ["i_structure_500_nested_arrays.json"],
    ]

    @Test("takes what is JSON, refuses what is not, and decides where the standard does not")
    func parsing() throws {
        var counts = (accepted: 0, refused: 0, decided: 0)
        for (name, bytes) in try Self.files(in: "test_parsing") {
            let refusal = refusal(of: bytes, limits: Self.asTheStandardAllows)
            switch name.prefix(2) {
            case "y_":
                counts.accepted += 1
                #expect(refusal == nil, "\(name)")
            case "n_":
                counts.refused += 1
                #expect(refusal != nil, "\(name)")
            default:
                counts.decided += 1
                let reason = Self.refused.first { $0.value.contains(name) }?.key
                #expect(Self.accepted.contains(name) || reason != nil, "\(name) is not decided")
                #expect(refusal?.reason == reason, "\(name)")
            }
        }
        print("JSONTestSuite: \(counts.accepted) accepted, \(counts.refused) refused, \(counts.decided) decided")
        #expect(counts.accepted > 0 && counts.refused > 0 && counts.decided > 0)
    }

    @Test("refuses by default what names a member twice, and nothing else of what is JSON")
    func strictness() throws {
        for (name, bytes) in try Self.files(in: "test_parsing") where name.hasPrefix("y_") {
            let expected: JSONError.Reason? = name.hasPrefix("y_object_duplicated_key") ? .duplicateMember : nil
            #expect(refusal(of: bytes)?.reason == expected, "\(name)")
        }
    }

    /// Texts on which parsers disagree: the outline that ours gives, or the reason why it refuses.
    private static let transformations: [String: Result<[String], Refused>] = [
        // Numbers keep their text; whoever wants a machine's number asks for it, and gets it exact or not at all.
        "number_-9223372036854775809.json": .success(["array of 1", "-9223372036854775809"]),
        "number_1.0.json": .success(["array of 1", "1.0"]),
        "number_1.000000000000000005.json": .success(["array of 1", "1.000000000000000005"]),
        "number_1000000000000000.json": .success(["array of 1", "1000000000000000"]),
        "number_10000000000000000999.json": .success(["array of 1", "10000000000000000999"]),
        "number_9223372036854775807.json": .success(["array of 1", "9223372036854775807"]),
        "number_-9223372036854775808.json": .success(["array of 1", "-9223372036854775808"]),
        "number_9223372036854775808.json": .success(["array of 1", "9223372036854775808"]),
        "number_1e-999.json": .success(["array of 1", "1E-999"]),
        "number_1e6.json": .success(["array of 1", "1E6"]),
        // Names are bytes: nothing is normalised, so that what is signed is what is compared.
        "object_key_nfc_nfd.json": .success(["object of 2", "\"\u{E9}", "\"NFC", "\"e\u{301}", "\"NFD"]),
        "object_key_nfd_nfc.json": .success(["object of 2", "\"e\u{301}", "\"NFD", "\"\u{E9}", "\"NFC"]),
        // Two parsers may believe two different values.
        "object_same_key_different_values.json": .failure(Refused(.duplicateMember)),
        "object_same_key_same_value.json": .failure(Refused(.duplicateMember)),
        "object_same_key_unclear_values.json": .failure(Refused(.duplicateMember)),
        "string_1_escaped_invalid_codepoint.json": .failure(Refused(.loneSurrogate)),
        "string_2_escaped_invalid_codepoints.json": .failure(Refused(.loneSurrogate)),
        "string_3_escaped_invalid_codepoints.json": .failure(Refused(.loneSurrogate)),
        "string_1_invalid_codepoint.json": .failure(Refused(.invalidUTF8)),
        "string_2_invalid_codepoints.json": .failure(Refused(.invalidUTF8)),
        "string_3_invalid_codepoints.json": .failure(Refused(.invalidUTF8)),
        "string_with_escaped_NULL.json": .success(["array of 1", "\"A\0B"]),
    ]

    struct Refused: Error, Equatable {
        let reason: JSONError.Reason

        init(_ reason: JSONError.Reason) { self.reason = reason }
    }

    @Test("means one thing by the texts on which parsers disagree")
    func transformation() throws {
        var pinned = 0
        for (name, bytes) in try Self.files(in: "test_transform") {
            let expected = try #require(Self.transformations[name], "\(name) is not decided")
            let actual: Result<[String], Refused>
            do {
                actual = .success(try withJSON(bytes) { outline(of: $0) })
            } catch {
                actual = .failure(Refused(error.reason))
            }
            // Swift's own equality of strings would not tell composed characters from decomposed ones.
            #expect(actual.map { $0.map { Array($0.utf8) } } == expected.map { $0.map { Array($0.utf8) } }, "\(name)")
            pinned += 1
        }
        print("JSONTestSuite: \(pinned) transformations pinned")
        #expect(pinned > 0)
    }

    private static func files(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let directory = tests.appending(path: "Fixtures/vectors/json/\(folder)")
        return try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }
}
