extension Collection where Element == String {
    /// The word that was most likely meant by `typo`; nil when none is near.
    ///
    /// Near is a third of the word's length in single-letter changes: `--shrads` is `--shards`, `--foo` is nothing.
    func nearest(to typo: String) -> String? {
        let candidates = map { (word: $0, distance: editDistance(Array($0.utf8), Array(typo.utf8))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= Swift.max(1, (best.word.utf8.count + 1) / 3) ? best.word : nil
    }
}

/// How many bytes must be inserted, removed or replaced to turn one word into the other (Levenshtein). O(n·m).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let replaced = diagonal + (byte == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
