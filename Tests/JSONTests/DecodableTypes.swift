// What an API's types look like: the tests of decoding share them.

struct Author: Codable, Equatable {
    let id: Int
    let name: String
}

struct Post: Codable, Equatable {
    enum Status: String, Codable {
        case published
        case inReview = "in review"
    }

    let id: Int
    let title: String
    let author: Author
    let tags: [String]
    let rating: Double?
    let editedAt: Double?
    let status: Status
    let draft: Bool
}

enum Shape: Codable, Equatable {
    case circle(radius: Double)
    case point
    case named(String)
}

class Animal: Decodable {
    let name: String

    private enum CodingKeys: String, CodingKey { case name }

    required init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    }
}

final class Dog: Animal {
    let tricks: [String]
    let otherName: String

    private enum CodingKeys: String, CodingKey { case tricks, other }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tricks = try container.decode([String].self, forKey: .tricks)
        otherName = try Animal(from: container.superDecoder(forKey: .other)).name
        try super.init(from: container.superDecoder())
    }
}
