/// A table that reads well both as text in a terminal and as Markdown on a page.
package struct Table: Sendable {
    /// On which side of its column a cell stands.
    package enum Alignment: Sendable {
        /// For words.
        case left
        /// For figures.
        case right
    }

    /// A heading and the side that its cells stand on.
    package struct Column: Sendable {
        let heading: String
        let alignment: Alignment

        /// A column of figures, unless it is said to be one of words.
        package init(_ heading: String, _ alignment: Alignment = .right) {
            self.heading = heading
            self.alignment = alignment
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    package init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; cells that are missing are blank, cells too many are a mistake of the caller's and trap.
    package mutating func append(_ cells: [String]) {
        precondition(cells.count <= columns.count, "more cells than columns")
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }

    /// The table, its columns padded to one width, a line break after each line.
    package var text: String {
        let headings = columns.map(\.heading)
        let widths = columns.indices.map { index in ([headings] + rows).map { $0[index].count }.max() ?? 0 }
        let rule = zip(columns, widths).map { column, width in
            // Markdown asks for at least three characters.
            let dashes = String(repeating: "-", count: max(width, 3) - (column.alignment == .right ? 1 : 0))
            return column.alignment == .right ? dashes + ":" : dashes
        }
        return ([headings, rule] + rows).map { line(of: $0, widths: widths) }.joined()
    }

    private func line(of cells: [String], widths: [Int]) -> String {
        let padded = columns.indices.map { index in
            let padding = String(repeating: " ", count: max(0, max(widths[index], 3) - cells[index].count))
            return columns[index].alignment == .right ? padding + cells[index] : cells[index] + padding
        }
        return "| " + padded.joined(separator: " | ") + " |\n"
    }
}
