import Dynamics
import Testing

@Suite struct SpellingTests {
  @Test(
    arguments: [
      ("rk8dp", ["rk4", "rk8pd", "euler"], "rk8pd"),  // two neighbours swapped
      ("RK8PD", ["rk4", "rk8pd"], "rk8pd"), ("eulr", ["euler"], "euler"),
      ("eulerr", ["euler"], "euler"), ("aulor", ["euler"], nil), ("xyz", ["abc"], nil),
      ("lorens", ["lorenz", "Lorenz"], "lorenz"), ("Lorens", ["lorenz", "Lorenz"], "Lorenz"),
      ("cat", ["hat", "bat"], "bat"), ("cat", ["bat", "hat"], "bat"),
      ("integratro", ["integrate", "integrator"], "integrator"),
      ("tolerance", ["tloerance", "tolerant"], "tloerance"),
      ("abcdefghi", ["abcxyzghi"], "abcxyzghi"), ("abcdefghi", ["wbcxyzghi"], nil),
      ("", ["ab"], nil), ("a", [], nil), ("ca", ["abc"], nil),
    ] as [(String, [String], String?)]) func findsTheNearestName(
      word: String, names: [String], expected: String?
    )
  {
    #expect(Spelling.nearest(to: word, among: names) == expected)
  }

  @Test func asksWhetherTheNearestNameWasMeant() {
    #expect(Spelling.hint(for: "rk8dp", among: ["rk8pd"]) == " (did you mean \"rk8pd\"?)")
    #expect(Spelling.hint(for: "rk8dp", among: ["euler"]).isEmpty)
  }
}
