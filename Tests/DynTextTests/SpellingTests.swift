import DynText
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

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("rk8dp", "rk8pd"), ("RK4", "rk4"), ("rkf54", "rkf45"), ("msadam", "msadams"),
    ("bsimpp", "bsimp"), ("nsbdf", "msbdf"),
  ])
  func oneEditIsForgiven(word: String, name: String) {
    let names = ["rk4", "rkf45", "rkck", "rk8pd", "msadams", "msbdf", "bsimp"]
    #expect(Spelling.nearest(to: word, among: names) == name)
  }

  @Test func aThirdOfTheLengthIsForgiven() {
    let name = "gradient_descent"
    #expect(Spelling.nearest(to: "gradientdecent", among: [name]) == name)
    #expect(Spelling.nearest(to: "abcdef", among: ["abcxyz"]) == nil)
    #expect(Spelling.nearest(to: "", among: ["abc"]) == nil)
    #expect(Spelling.hint(for: "magic", among: ["ode"]) == "")
    #expect(Spelling.hint(for: "od", among: ["ode"]) == " (did you mean \"ode\"?)")
  }

  @Test func tiesGoToTheSameCaseAndThenTheAlphabet() {
    #expect(Spelling.nearest(to: "ab", among: ["ac", "aa"]) == "aa")
    #expect(Spelling.nearest(to: "Norm", among: ["norm", "Norm"]) == "Norm")
  }
}
