"""Every industry code of the SEC means the sector that GICS gives its companies."""

from __future__ import annotations

import pytest

from technic_pipeline.sources.massive.sic import RANGES, sector_of_sic
from technic_pipeline.sources.sectors import GICS_SECTORS

# The codes of the SEC's "Standard Industrial Classification (SIC) Code List".
SEC_LIST = """
100 200 700 800 900 1000 1040 1090 1220 1221 1311 1381 1382 1389 1400 1520 1531 1540 1600 1623 1700
1731 2000 2011 2013 2015 2020 2024 2030 2033 2040 2050 2052 2060 2070 2080 2082 2086 2090 2092 2100
2111 2200 2211 2221 2250 2253 2273 2300 2320 2330 2340 2390 2400 2421 2430 2451 2452 2510 2511 2520
2522 2531 2540 2590 2600 2611 2621 2631 2650 2670 2673 2711 2721 2731 2732 2741 2750 2761 2771 2780
2790 2800 2810 2820 2821 2833 2834 2835 2836 2840 2842 2844 2851 2860 2870 2890 2891 2911 2950 2990
3011 3021 3050 3060 3080 3081 3086 3089 3100 3140 3211 3220 3221 3231 3241 3250 3260 3270 3272 3281
3290 3310 3312 3317 3320 3330 3334 3341 3350 3357 3360 3390 3411 3412 3420 3430 3433 3440 3442 3443
3444 3448 3451 3452 3460 3470 3480 3490 3510 3523 3524 3530 3531 3532 3533 3537 3540 3541 3550 3555
3559 3560 3561 3562 3564 3567 3569 3570 3571 3572 3575 3576 3577 3578 3579 3580 3585 3590 3600 3612
3613 3620 3621 3630 3634 3640 3651 3652 3661 3663 3669 3670 3672 3674 3677 3678 3679 3690 3695 3711
3713 3714 3715 3716 3720 3721 3724 3728 3730 3743 3751 3760 3790 3812 3821 3822 3823 3824 3825 3826
3827 3829 3841 3842 3843 3844 3845 3851 3861 3873 3910 3911 3931 3942 3944 3949 3950 3960 3990 4011
4013 4100 4210 4213 4220 4231 4400 4412 4512 4513 4522 4581 4610 4700 4731 4812 4813 4822 4832 4833
4841 4899 4900 4911 4922 4923 4924 4931 4932 4941 4950 4953 4955 4961 4991 5000 5010 5013 5020 5030
5031 5040 5045 5047 5050 5051 5063 5064 5065 5070 5072 5080 5082 5084 5090 5094 5099 5110 5122 5130
5140 5141 5150 5160 5171 5172 5180 5190 5200 5211 5271 5311 5331 5399 5400 5411 5412 5500 5531 5600
5621 5651 5661 5700 5712 5731 5734 5735 5810 5812 5900 5912 5940 5944 5945 5960 5961 5990 6021 6022
6029 6035 6036 6099 6111 6141 6153 6159 6162 6163 6172 6189 6199 6200 6211 6221 6282 6311 6321 6324
6331 6351 6361 6399 6411 6500 6510 6512 6513 6519 6531 6532 6552 6770 6792 6794 6795 6798 6799 7000
7011 7200 7310 7311 7320 7330 7331 7340 7350 7359 7361 7363 7370 7371 7372 7373 7374 7377 7380 7381
7384 7385 7389 7500 7510 7600 7812 7819 7822 7829 7830 7841 7900 7948 7990 7997 8000 8011 8050 8051
8060 8062 8071 8082 8090 8093 8111 8200 8300 8351 8600 8700 8711 8731 8734 8741 8742 8744 8880 8888
8900 9721 9995
"""
SEC_CODES = SEC_LIST.split()

# Depositary receipts, foreign governments, international affairs: no business.
WITHOUT_BUSINESS = {"8880", "8888", "9721"}

# Well-known companies by the code under which they file, with the sector that GICS gives them.
COMPANIES = {
    "Energy": {
        "1220": "Peabody Energy",
        "1311": "ConocoPhillips",
        "1381": "Transocean",
        "1389": "SLB",
        "2911": "Exxon Mobil",
        "3533": "Baker Hughes",
        "4610": "Plains All American",
        "4922": "Williams",
        "5172": "World Kinect",
        "6792": "Texas Pacific Land",
    },
    "Materials": {
        "1000": "Freeport-McMoRan",
        "1040": "Newmont",
        "1400": "Vulcan Materials",
        "2650": "Packaging Corporation of America",
        "2810": "Air Products",
        "2821": "Dow",
        "2851": "PPG",
        "2860": "Albemarle",
        "2870": "CF Industries",
        "3241": "Cemex",
        "3312": "Nucor",
        "3334": "Alcoa",
        "3411": "Ball",
        "5051": "Reliance",
    },
    "Industrials": {
        "1600": "Fluor",
        "1731": "EMCOR",
        "2522": "HNI",
        "3420": "Stanley Black & Decker",
        "3523": "Deere",
        "3531": "Caterpillar",
        "3585": "Carrier",
        "3600": "General Electric",
        "3721": "Boeing",
        "3724": "RTX",
        "3760": "Lockheed Martin",
        "3812": "Northrop Grumman",
        "4011": "Union Pacific",
        "4213": "Old Dominion",
        "4512": "Delta",
        "4731": "C.H. Robinson",
        "4953": "Waste Management",
        "5000": "Grainger",
        "7320": "Equifax",
        "7359": "United Rentals",
        "7363": "Robert Half",
        "8742": "FTI Consulting",
    },
    "Consumer Discretionary": {
        "1531": "D.R. Horton",
        "2300": "PVH",
        "3021": "Nike",
        "3630": "Whirlpool",
        "3711": "Ford, Tesla",
        "3714": "Aptiv",
        "3716": "Winnebago",
        "3751": "Harley-Davidson",
        "3944": "Hasbro",
        "4400": "Carnival",
        "4700": "Expedia",
        "5013": "Genuine Parts",
        "5211": "Home Depot",
        "5311": "Macy's",
        "5651": "Gap",
        "5731": "Best Buy",
        "5812": "McDonald's",
        "5961": "Amazon",
        "7011": "Hilton",
        "7990": "Vail Resorts",
        "8200": "Grand Canyon Education",
    },
    "Consumer Staples": {
        "2000": "Mondelez",
        "2011": "Tyson",
        "2040": "General Mills",
        "2080": "Coca-Cola, PepsiCo",
        "2082": "Molson Coors",
        "2111": "Altria",
        "2840": "Procter & Gamble",
        "2844": "Colgate-Palmolive",
        "5140": "Sysco",
        "5331": "Walmart, Costco",
        "5411": "Kroger",
        "5912": "Walgreens",
    },
    "Health Care": {
        "2834": "Pfizer, Eli Lilly",
        "2836": "Amgen",
        "3826": "Agilent, Waters",
        "3841": "Becton Dickinson",
        "3845": "Medtronic",
        "5047": "Henry Schein",
        "5122": "McKesson",
        "6324": "UnitedHealth",
        "8062": "HCA",
        "8071": "Quest Diagnostics",
        "8731": "Medpace",
    },
    "Financials": {
        "6021": "JPMorgan Chase",
        "6022": "M&T Bank",
        "6035": "savings banks",
        "6199": "American Express",
        "6211": "Goldman Sachs",
        "6282": "BlackRock",
        "6311": "MetLife",
        "6331": "Progressive",
        "6411": "Marsh",
        "6770": "blank checks: GICS Shell Companies",
        "7389": "Visa, Mastercard",
    },
    "Information Technology": {
        "3357": "Corning",
        "3559": "Lam Research",
        "3570": "IBM",
        "3571": "Apple",
        "3576": "Cisco",
        "3663": "Qualcomm, Motorola",
        "3672": "Sanmina",
        "3674": "NVIDIA, Intel",
        "3678": "Amphenol",
        "3825": "Keysight, Teradyne",
        "3827": "KLA",
        "5045": "TD Synnex",
        "5065": "Arrow",
        "6794": "Dolby",
        "7371": "Cognizant",
        "7372": "Microsoft, Oracle",
        "7373": "integrators",
    },
    "Communication Services": {
        "2711": "New York Times, News Corp",
        "4812": "T-Mobile",
        "4813": "AT&T, Verizon",
        "4833": "Fox",
        "4841": "Comcast",
        "7311": "Omnicom",
        "7370": "Alphabet, Meta",
        "7841": "Netflix",
    },
    "Utilities": {
        "4911": "NextEra, Southern",
        "4924": "Atmos",
        "4931": "Dominion",
        "4941": "American Water Works",
        "4991": "Ormat",
    },
    "Real Estate": {
        "6500": "CBRE",
        "6512": "operators of buildings",
        "6531": "Jones Lang LaSalle",
        "6552": "Howard Hughes",
        "6798": "Prologis, American Tower",
    },
}


@pytest.mark.parametrize(
    ("code", "sector", "company"),
    [(code, sector, who) for sector, codes in COMPANIES.items() for code, who in codes.items()],
)
def test_a_well_known_company_s_code_means_its_sector(code: str, sector: str, company: str) -> None:
    assert sector_of_sic(code) == sector, company


def test_every_code_of_the_sec_means_a_sector_unless_it_names_no_business() -> None:
    assert len(SEC_CODES) > 430
    without = {code for code in SEC_CODES if sector_of_sic(code) not in GICS_SECTORS}
    assert without == WITHOUT_BUSINESS


def test_every_sector_is_meant_by_some_code() -> None:
    assert {sector_of_sic(code) for code in SEC_CODES} == {*GICS_SECTORS, None}


def test_the_ranges_rise_and_none_repeats_the_sector_before() -> None:
    starts = [first for first, _ in RANGES]
    assert starts == sorted(set(starts))
    sectors = [sector for _, sector in RANGES]
    repeated = [RANGES[i] for i in range(1, len(RANGES)) if sectors[i] == sectors[i - 1]]
    assert repeated == []


# What stands in the vendor's field: what it means.
WRITINGS = {
    "0100": "Consumer Staples",
    "100": "Consumer Staples",
    "99": None,
    "9999": None,
    "": None,
    "7372a": None,
    "-7372": None,
    "7372.0": None,
    "٧٣٧٢": None,
}


@pytest.mark.parametrize(("code", "sector"), WRITINGS.items())
def test_what_is_no_code_means_no_sector(code: str, sector: str | None) -> None:
    assert sector_of_sic(code) == sector


def test_a_missing_code_means_no_sector() -> None:
    assert sector_of_sic(None) is None
