"""Attacks `dyn` with broken and hostile inputs, and with signals and limits; see README.md."""

import argparse
import sys


def main():
    """Reads the command line and runs one of the two campaigns."""
    parser = argparse.ArgumentParser(prog='fuzz', description=__doc__)
    parser.add_argument('what', choices=['inputs', 'limits'])
    parser.add_argument('--dyn', required=True, help='the program')
    parser.add_argument('--scenarios', default='Scenarios')
    parser.add_argument('--out', default='out/fuzz')
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--first', type=int, default=0, help='index of the first input')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--jobs', type=int, default=2)
    options = parser.parse_args()
    if options.what == 'inputs':
        import campaign
        failed = campaign.run(
            options.dyn, options.out, options.scenarios, options.seed, options.count, options.jobs,
            options.first)
    else:
        import limits
        failed = limits.run(options.dyn, options.out, options.count, options.seed)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
