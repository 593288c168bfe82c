#!/bin/sh
# Redraws the figures of Scenarios/saddles.
# Usage: saddle-figures.sh DYN OUTPUT
set -eu

dyn=$1
output=$2
scenarios=Scenarios/saddles
figures=$scenarios/figures

# draw NAME OBSERVABLES [OPTION...]: runs a scenario and draws some of its observables.
draw() {
  name=$1
  observables=
  for observable in $2; do observables="$observables --observable $observable"; done
  shift 2
  "$dyn" simulate "$scenarios/$name.json" --quiet -o "$output/$name.csv" "$@"
  # Names have no spaces: the list is meant to split.
  "$dyn" plot "$output/$name.csv" -o "$figures/$name.svg" $observables
}

accuracies='test_accuracy test_accuracy_head test_accuracy_medium test_accuracy_tail'
"$dyn" spectrum "$scenarios/classwise.json" --plot "$figures/classwise-density.svg" >/dev/null
draw classwise 'objective hessian_lambda_min class_0_lambda_min class_4_lambda_min class_9_lambda_min'
draw escape objective --set time.outputs=301 --set 'sweep={}'
draw trap norm_z
draw digits "$accuracies" --set time.outputs=41
draw mixture "$accuracies" --set time.outputs=41
