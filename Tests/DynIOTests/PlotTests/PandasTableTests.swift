import Testing

@testable import DynIO

/// Tables that other programs have read and written again.
@Suite struct PandasTableTests {
  private func table(_ text: String) throws -> TrajectoryTable {
    try TrajectoryTable(try CSVTable(text))
  }

  @Test(arguments: ["\n", "\r\n", "\r"], ["", "\u{FEFF}"]) func readsWhatPandasWrites(
    end: String, mark: String
  ) throws {
    let lines = [
      ",model.loss.gamma,solver,time,zeta_h,zeta_w,loss,accuracy", "0,0.1,ode,0,0,0,,NA",
      "1,0.1,ode,1,0,0,inf,NaN", "2,0.1,ode,2,0,0,-Infinity,nan", "", "3,0.1,ode,3,0,0, 4 ,1e-05",
      "", "", "",
    ]
    let table = try table(mark + lines.joined(separator: end))
    #expect(table.notes.count == 1)
    #expect(table.sweepKeys == ["model.loss.gamma"])
    let series = try #require(table.series.first)
    #expect(table.series.count == 1)
    #expect(series.sweepValues == ["0.1"])
    #expect(series.times == [0, 1, 2, 3])
    #expect(series.values[0][0].isNaN)
    #expect(Array(series.values[0][1...]) == [.infinity, -.infinity, 4])
    #expect(series.values[1][..<3].allSatisfy(\.isNaN) && series.values[1][3] == 1e-5)
  }

  @Test func anIndexMayHaveTheNameThatPandasGivesIt() throws {
    let table = try table("Unnamed: 0,solver,time,zeta_h,zeta_w,loss\n7,ode,0,0,0,1\n")
    #expect(table.sweepKeys.isEmpty && table.notes.count == 1)
  }

  /// Sorted by time, the rows of a series do not follow each other.
  @Test func rowsOfASeriesMayBeApart() throws {
    let table = try table(
      "solver,time,zeta_h,zeta_w,loss\na,0,0,0,1\nb,0,0,0,2\na,1,0,0,3\nb,1,0,0,4\n")
    #expect(table.series.map(\.solver) == ["a", "b"])
    #expect(table.series.map(\.values) == [[[1, 3]], [[2, 4]]])
  }

  /// Of two members whose values look alike each has a line and a colour of its own.
  @Test func valuesThatLookAlikeAreTwoSeries() throws {
    let table = try table(
      "k,solver,time,zeta_h,zeta_w,loss\n\u{e9},a,0,0,0,1\ne\u{301},a,0,0,0,2\n")
    #expect(table.series.map(\.values) == [[[1]], [[2]]])
    #expect(Set(Figure(table, title: "", only: []).lines.map(\.color)).count == 2)
  }

  @Test func faultsAreShortSentences() {
    let long = String(repeating: "x", count: 1 << 20)
    let header = "solver,time,zeta_h,zeta_w,"
    for (text, fragment) in [
      (header + "loss,loss\na,0,0,0,1,2\n", "two columns are called \"loss\""),
      (header + "loss\na,0,0,0,\(long)\n", "line 2"), (header + "a\na,0,0,0,1 2\n", "\"1 2\""),
      ("", "is empty"), ("\n\n", "is empty"), ("a,b\n1,2\n", "are missing"),
      (header + "\(long),\(long)\n", "two columns"),
      ("\u{FFFD}\u{FFFD}s\0o\0", "is UTF-16"), ("s\0o\0", "is UTF-16"),
      // Blank lines and line ends in quotes count.
      (header + "x\r\n\r\n\"a\r\nb\n\",0,0,0,1\r\n\r\na,0,0,0,y\r\n", "line 7: \"y\""),
      (header + "x\r\ra,0,0,0\r", "line 3 has 4 cells"),
      (header + "x\n\"a,0,0,0,1\n", "begins in line 2 is not closed"),
    ] {
      let fault = #expect(throws: CSVTable.Fault.self) { try self.table(text) }
      #expect(fault?.description.contains(fragment) == true, "\(fault?.description ?? "")")
      #expect((fault?.description.utf8.count ?? 0) < 300)
    }
  }

  @Test func aWideTableIsDrawnInPart() throws {
    let names = (0..<5000).map { "c\($0)" }
    let series = TrajectoryTable.Series(
      sweepValues: [], solver: "a", times: [0], values: names.map { _ in [1] })
    let table = TrajectoryTable(sweepKeys: [], observables: names, series: [series])
    let figure = Figure(table, title: "", only: [])
    #expect(figure.panels.count == Figure.panelLimit)
    #expect(figure.notes == ["the first 100 of 5000 observables are drawn"])
    #expect(Figure(table, title: "", only: ["c4999"]).panels.map(\.title) == ["c4999"])
    let error = FigureError.unknownObservable("zzzzzzzzzz", known: names)
    #expect(error.description.hasSuffix("and 4900 more"))
  }
}
