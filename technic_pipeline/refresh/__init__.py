"""What a vendor gives out a call at a time, kept up to date within an evening's calls.

An ordinary evening asks for bars and recent splits alone. Once a day the list of securities, all
splits and the ratios are asked for too, and a few companies one by one.
"""
