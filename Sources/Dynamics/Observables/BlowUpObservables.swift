extension Observable {
  static let timeToBlowUp = Observable(
    "time_to_blow_up", symbol: "t* - t",
    "time left until the flow of linear layers under the unhinged loss blows up: inf where it does "
      + "not, nan where the start is not aligned", applies: { $0.model.hasUnhingedLayers }
  ) { observation in
    observation.prediction.blowUp.map { $0.time - observation.snapshot.time } ?? .nan
  }
}
