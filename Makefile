# dyn: targets for people and for continuous integration. `make help` lists them.
.POSIX:
.PHONY: help run test verify figures docs bench bench-functions fuzz fuzz-limits lint build install \
  uninstall setup setup-build clean

PREFIX = /usr/local
DESTDIR =
# Where Swift builds, the attacked build with sanitizers too, and where `make run` writes.
BUILD = .build
FUZZ_BUILD = .build-fuzz
OUT = out
# How many inputs `make fuzz` tries and from which seed; how many kills of each kind.
COUNT = 2000
SEED = 1
KILLS = 200

DYN = $(BUILD)/release/dyn
BIN = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share

help:
	@echo 'make run        build, run Scenarios/spherical.json, write $(OUT)/spherical.csv'
	@echo 'make test       run all tests'
	@echo 'make verify     check every shipped scenario against itself, with the release build'
	@echo 'make figures    redraw the figures of the scenarios and of the documentation'
	@echo 'make docs       build the documentation of the library in $(OUT)/docs'
	@echo 'make bench      measure side by side with other packages (QUICK=1: a short trial)'
	@echo 'make bench-functions  measure single functions of the library'
	@echo 'make fuzz       attack a build with sanitizers with broken inputs (COUNT=2000 SEED=1)'
	@echo 'make fuzz-limits  kill dyn, fill its disk, limit its memory and files (KILLS=200)'
	@echo 'make lint       check format and style of the sources'
	@echo 'make build      build $(DYN)'
	@echo 'make install    install dyn, completions and manual in PREFIX=$(PREFIX)'
	@echo 'make uninstall  remove them'
	@echo 'make setup      install missing system packages (run, test and build do it as well)'
	@echo 'make clean      remove $(BUILD), $(FUZZ_BUILD) and $(OUT)'

run: build
	@mkdir -p $(OUT)
	@$(DYN) simulate Scenarios/spherical.json -o $(OUT)/spherical.csv

test: setup
	@swift test --scratch-path $(BUILD)

verify: build
	@$(DYN) verify Scenarios/*.json Scenarios/comparison/*.json Scenarios/paper/*.json \
	  Scenarios/beyond/*.json

figures: build
	@mkdir -p $(OUT)
	@for n in 1 4 5 6 7 8 9; do \
	  $(DYN) simulate Scenarios/paper/figure-$$n.json --quiet --set time.outputs=101 \
	    -o $(OUT)/figure-$$n.csv --plot Scenarios/paper/figures/figure-$$n.svg || exit 1; \
	done
	@$(DYN) simulate Scenarios/normalized.json --quiet --set time.outputs=101 -o $(OUT)/normalized.csv \
	  --set 'observables=["norm_w","alignment","nc1_cdnv","nc2_etf_err_features"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/normalized.svg
	@$(DYN) simulate Scenarios/beyond/squared-error.json --quiet --solver closed_form --solver ode \
	  --set time.outputs=101 -o $(OUT)/squared-error.csv \
	  --set 'observables=["loss","accuracy","nc1_quot","singular_value_1_w","singular_value_2_w","singular_value_3_w","geometry_distance_w"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/squared-error.svg
	@$(DYN) simulate Scenarios/beyond/batch-noise.json --quiet -o $(OUT)/batch-noise.csv
	@$(DYN) plot $(OUT)/batch-noise.csv --observable squared_norm_z --observable noise_share \
	  -o Sources/Dynamics/Dynamics.docc/Resources/batch-noise.svg
	@$(DYN) geometry Scenarios/imbalance/max-margin.json --format csv -o $(OUT)/max-margin.csv \
	  --set 'sweep={"model.samples_per_class.ratio":{"log":[1,100,25]}}' \
	  --plot Scenarios/imbalance/figures/max-margin.svg
	@for n in multipliers ridge-path rank-collapse; do \
	  $(DYN) geometry Scenarios/imbalance/$$n.json --format csv -o $(OUT)/$$n.csv \
	    --plot Scenarios/imbalance/figures/$$n.svg || exit 1; \
	done
	@for n in convergence minority-collapse layers; do \
	  $(DYN) simulate Scenarios/imbalance/$$n.json --quiet -o $(OUT)/$$n.csv \
	    --plot Scenarios/imbalance/figures/$$n.svg || exit 1; \
	done
	@$(DYN) simulate Scenarios/beyond/spectral-descent.json --quiet -o $(OUT)/spectral-descent.csv \
	  --set 'observables=["squared_norm_ratio_w","cos_w_minority","etf_distance_w","accuracy"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/spectral-descent.svg
	@$(DYN) simulate Scenarios/beyond/label-noise.json --quiet -o $(OUT)/label-noise.csv \
	  --set 'observables=["accuracy","accuracy_given"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/label-noise.svg
	@$(DYN) simulate Scenarios/beyond/first-phase.json --quiet -o $(OUT)/first-phase.csv \
	  --set 'observables=["norm_z","error_bound"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/first-phase.svg
	@$(DYN) simulate Scenarios/beyond/phases.json --quiet --solver closed_form -o $(OUT)/phases.csv \
	  --set 'observables=["accuracy","norm_w_minority","norm_w_majority","direction_distance"]' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/phases.svg
	@$(DYN) simulate Scenarios/beyond/depth.json --quiet --solver closed_form -o $(OUT)/depth.csv \
	  --plot Scenarios/beyond/figures/depth.svg
	@cp Scenarios/beyond/figures/depth.svg Sources/Dynamics/Dynamics.docc/Resources/depth.svg
	@sh Tools/saddle-figures.sh $(DYN) $(OUT)
	@$(DYN) simulate Scenarios/beyond/random-starts.json --quiet -o $(OUT)/random-starts.csv \
	  --solver closed_form --solver start_moments \
	  --set 'sweep={"initial_state.seed":{"linear":[1,20,20]}}' \
	  --plot Sources/Dynamics/Dynamics.docc/Resources/random-starts.svg

docs: setup-build
	@sh Tools/docs.sh "$(BUILD)" "$(OUT)/docs"

bench: build
	@sh Tools/bench.sh "$(BUILD)" $(QUICK)

bench-functions: setup-build
	@swift package --package-path Benchmarks benchmark --target Functions --no-progress

fuzz: setup
	@sh Tools/fuzz/build.sh $(FUZZ_BUILD)
	@python3 -B Tools/fuzz inputs --dyn $(FUZZ_BUILD)/release/dyn --out $(OUT)/fuzz \
	  --count $(COUNT) --seed $(SEED)

fuzz-limits: setup build
	@python3 -B Tools/fuzz limits --dyn $(DYN) --out $(OUT)/fuzz-limits \
	  --count $(KILLS) --seed $(SEED)

lint:
	@swift format lint --strict --recursive Sources Tests Package.swift \
	  `if test -d Benchmarks; then find Benchmarks -name .build -prune -o -name '*.swift' -print; fi`

build: setup-build
	@sh Tools/build.sh $(BUILD)

install:
	@sh Tools/install.sh "$(BUILD)" "$(DESTDIR)$(PREFIX)"

uninstall:
	@rm -f "$(BIN)/dyn" "$(SHARE)/bash-completion/completions/dyn" \
	  "$(SHARE)/zsh/site-functions/_dyn" "$(SHARE)/fish/vendor_completions.d/dyn.fish" \
	  "$(SHARE)/man/man1/dyn.1"

setup:
	@sh Tools/setup.sh test

setup-build:
	@sh Tools/setup.sh build

clean:
	@rm -rf $(BUILD) $(FUZZ_BUILD) $(OUT)
