"""The GICS sector that the SEC's industry code of a company most often means.

The vendor names no sector, only the SIC code under which a company files with the SEC, which was
last revised in 1987. A code stands for the sector of most of the well-known companies that file
under it today, by the GICS structure of 2023; where that is not what the code's title suggests, a
comment names them. Codes are those of the SEC's list (sec.gov, "Standard Industrial Classification
(SIC) Code List"); a range also covers the codes of 1987 within it that the SEC does not use.
"""

from __future__ import annotations

from bisect import bisect_right

from technic_pipeline.sources.sectors import (
    COMMUNICATION_SERVICES,
    CONSUMER_DISCRETIONARY,
    CONSUMER_STAPLES,
    ENERGY,
    FINANCIALS,
    HEALTH_CARE,
    INDUSTRIALS,
    INFORMATION_TECHNOLOGY,
    MATERIALS,
    REAL_ESTATE,
    UTILITIES,
)

# The first code of each range and what the range means, up to the next one.
RANGES: tuple[tuple[int, str | None], ...] = (
    (100, CONSUMER_STAPLES),  # crops, livestock: GICS Agricultural Products
    (800, MATERIALS),  # forestry: GICS Forest Products
    (900, CONSUMER_STAPLES),  # fishing
    (1000, MATERIALS),  # metal mining
    (1200, ENERGY),  # coal: GICS Coal & Consumable Fuels; oil and gas
    (1400, MATERIALS),  # quarries
    (1500, CONSUMER_DISCRETIONARY),  # builders of homes: GICS Homebuilding
    (1540, INDUSTRIALS),  # all other construction
    (2000, CONSUMER_STAPLES),  # food, beverages, tobacco
    (2200, CONSUMER_DISCRETIONARY),  # textiles, apparel
    (2400, MATERIALS),  # lumber
    (2430, INDUSTRIALS),  # millwork: GICS Building Products
    (2451, CONSUMER_DISCRETIONARY),  # mobile homes; furniture of households
    (2520, INDUSTRIALS),  # furniture of offices
    (2600, MATERIALS),  # paper, packaging
    (2700, COMMUNICATION_SERVICES),  # newspapers, periodicals, books: GICS Publishing
    (2732, INDUSTRIALS),  # printing of books
    (2741, COMMUNICATION_SERVICES),  # other publishing
    (2750, INDUSTRIALS),  # GICS Commercial Printing
    (2771, CONSUMER_DISCRETIONARY),  # greeting cards
    (2780, INDUSTRIALS),  # binders; services to printers
    (2800, MATERIALS),  # chemicals
    (2830, HEALTH_CARE),  # drugs
    (2840, CONSUMER_STAPLES),  # soap, cosmetics: GICS Household & Personal Products
    (2850, MATERIALS),  # paints, other chemicals
    (2900, ENERGY),  # refining
    (2950, MATERIALS),  # asphalt, lubricants
    (3000, CONSUMER_DISCRETIONARY),  # tires, footwear
    (3050, INDUSTRIALS),  # gaskets, hoses
    (3080, MATERIALS),  # plastics
    (3100, CONSUMER_DISCRETIONARY),  # leather, shoes
    (3200, INDUSTRIALS),  # flat glass: GICS Building Products
    (3220, MATERIALS),  # bottles
    (3230, INDUSTRIALS),  # windows
    (3240, MATERIALS),  # cement
    (3250, INDUSTRIALS),  # bricks, tiles
    (3260, CONSUMER_DISCRETIONARY),  # pottery
    (3270, MATERIALS),  # concrete, stone
    (3290, INDUSTRIALS),  # insulation: Owens Corning
    (3300, MATERIALS),  # metals
    (3357, INFORMATION_TECHNOLOGY),  # cables: Corning, Belden
    (3360, MATERIALS),  # foundries; metal cans
    (3420, INDUSTRIALS),  # tools, structures, engines, machinery
    (3533, ENERGY),  # machinery of oil and gas fields: Baker Hughes, NOV
    (3537, INDUSTRIALS),  # machinery
    (3559, INFORMATION_TECHNOLOGY),  # machinery "nec": that of chip makers, Lam Research, ASML
    (3560, INDUSTRIALS),  # general machinery
    (3570, INFORMATION_TECHNOLOGY),  # computers
    (3580, INDUSTRIALS),  # refrigeration, electrical equipment
    (3630, CONSUMER_DISCRETIONARY),  # household appliances
    (3640, INDUSTRIALS),  # lighting, wiring
    (3651, CONSUMER_DISCRETIONARY),  # consumer electronics
    (3652, COMMUNICATION_SERVICES),  # records
    (3660, INFORMATION_TECHNOLOGY),  # communications equipment, components
    (3690, INDUSTRIALS),  # batteries, chargers: GICS Electrical Components
    (3695, INFORMATION_TECHNOLOGY),  # recording media
    (3700, CONSUMER_DISCRETIONARY),  # cars
    (3713, INDUSTRIALS),  # bodies of trucks and buses
    (3714, CONSUMER_DISCRETIONARY),  # parts of cars
    (3715, INDUSTRIALS),  # truck trailers
    (3716, CONSUMER_DISCRETIONARY),  # motor homes
    (3720, INDUSTRIALS),  # aircraft, ships, railroad equipment
    (3750, CONSUMER_DISCRETIONARY),  # motorcycles
    (3760, INDUSTRIALS),  # missiles
    (3790, CONSUMER_DISCRETIONARY),  # vehicles for leisure: Polaris
    (3800, INDUSTRIALS),  # navigation and detection: GICS Aerospace & Defense
    (3821, HEALTH_CARE),  # laboratories: GICS Life Sciences Tools
    (3822, INDUSTRIALS),  # controls of buildings
    (3823, INFORMATION_TECHNOLOGY),  # instruments: GICS Electronic Equipment & Instruments
    (3826, HEALTH_CARE),  # analytical instruments: Agilent, Waters, Illumina
    (3827, INFORMATION_TECHNOLOGY),  # optics and measurement: KLA, Trimble
    (3840, HEALTH_CARE),  # medical devices
    (3860, INFORMATION_TECHNOLOGY),  # photography, copying
    (3870, CONSUMER_DISCRETIONARY),  # watches, jewelry, toys, sports
    (3950, INDUSTRIALS),  # GICS Office Services & Supplies
    (3960, CONSUMER_DISCRETIONARY),  # novelties
    (4000, INDUSTRIALS),  # railroads, trucks, warehouses
    (4400, CONSUMER_DISCRETIONARY),  # cruise lines: Carnival, Royal Caribbean
    (4412, INDUSTRIALS),  # freight by sea, airlines, airports
    (4600, ENERGY),  # pipelines
    (4700, CONSUMER_DISCRETIONARY),  # travel agencies: Expedia
    (4731, INDUSTRIALS),  # freight forwarding
    (4800, COMMUNICATION_SERVICES),  # telephone, broadcasting, cable
    (4900, UTILITIES),
    (4922, ENERGY),  # transmission of gas: GICS Storage & Transportation
    (4923, UTILITIES),  # distribution of gas, electricity, water
    (4950, INDUSTRIALS),  # waste: GICS Environmental Services
    (4960, UTILITIES),  # steam, cogeneration
    (5000, INDUSTRIALS),  # GICS Trading Companies & Distributors
    (5010, CONSUMER_DISCRETIONARY),  # distributors of car parts, furniture
    (5030, INDUSTRIALS),  # of building materials, of equipment
    (5045, INFORMATION_TECHNOLOGY),  # of computers
    (5047, HEALTH_CARE),  # of medical supplies
    (5050, MATERIALS),  # metals service centers: Reliance
    (5060, INDUSTRIALS),  # of electrical equipment
    (5064, CONSUMER_DISCRETIONARY),  # of appliances
    (5065, INFORMATION_TECHNOLOGY),  # of electronic parts: Arrow, Avnet
    (5070, INDUSTRIALS),  # of hardware, machinery
    (5090, CONSUMER_DISCRETIONARY),  # of durable goods for leisure, of jewelry
    (5099, INDUSTRIALS),  # of other durable goods, of paper
    (5120, HEALTH_CARE),  # of drugs: McKesson
    (5130, CONSUMER_DISCRETIONARY),  # of apparel
    (5140, CONSUMER_STAPLES),  # of groceries and farm products
    (5160, INDUSTRIALS),  # of chemicals
    (5170, ENERGY),  # of petroleum
    (5180, CONSUMER_STAPLES),  # of beverages, of other nondurable goods
    (5200, CONSUMER_DISCRETIONARY),  # building materials, department stores
    (5330, CONSUMER_STAPLES),  # Walmart, Costco, Target: GICS Consumer Staples Merchandise Retail
    (5500, CONSUMER_DISCRETIONARY),  # cars, apparel, furniture, electronics, restaurants
    (5912, CONSUMER_STAPLES),  # GICS Drug Retail
    (5940, CONSUMER_DISCRETIONARY),  # specialty and online retail
    (6000, FINANCIALS),  # banks, credit, brokers, insurance
    (6324, HEALTH_CARE),  # GICS Managed Health Care
    (6330, FINANCIALS),  # other insurance
    (6500, REAL_ESTATE),
    (6700, FINANCIALS),  # holding companies; blank checks: GICS Shell Companies
    (6792, ENERGY),  # oil royalties: Texas Pacific Land
    (6794, INFORMATION_TECHNOLOGY),  # licensors of patents: Dolby, InterDigital
    (6795, MATERIALS),  # mineral royalties
    (6798, REAL_ESTATE),  # investment trusts
    (6799, FINANCIALS),  # investors
    (7000, CONSUMER_DISCRETIONARY),  # hotels, personal services
    (7310, COMMUNICATION_SERVICES),  # GICS Advertising
    (7320, INDUSTRIALS),  # credit reports: Equifax
    (7331, COMMUNICATION_SERVICES),  # advertising by mail
    (7340, INDUSTRIALS),  # services to buildings, rental of equipment, staffing
    (7370, COMMUNICATION_SERVICES),  # GICS Interactive Media: Alphabet, Meta, Pinterest
    (7371, INFORMATION_TECHNOLOGY),  # software, systems
    (7380, INDUSTRIALS),  # guards, other services
    (7384, CONSUMER_DISCRETIONARY),  # photofinishing
    (7385, COMMUNICATION_SERVICES),  # telephone interconnection
    (7389, FINANCIALS),  # business services "nec": payments, Visa, Mastercard, PayPal
    (7500, CONSUMER_DISCRETIONARY),  # repair of cars
    (7510, INDUSTRIALS),  # rental of cars: GICS Passenger Ground Transportation
    (7520, CONSUMER_DISCRETIONARY),  # parking
    (7600, INDUSTRIALS),  # other repair
    (7800, COMMUNICATION_SERVICES),  # films; live entertainment: Live Nation
    (7930, CONSUMER_DISCRETIONARY),  # racing, casinos, parks, clubs
    (8000, HEALTH_CARE),
    (8100, INDUSTRIALS),  # legal services
    (8200, CONSUMER_DISCRETIONARY),  # education, child care
    (8600, INDUSTRIALS),  # membership organizations, engineering
    (8731, HEALTH_CARE),  # contract research, testing laboratories: Medpace
    (8740, INDUSTRIALS),  # management, consulting
    # Depositary receipts, foreign governments and international affairs name no business.
    (8800, None),
    (8900, INDUSTRIALS),  # other services
    (9000, None),
    (9995, FINANCIALS),  # companies that operate nothing: GICS Shell Companies
    (9996, None),
)
_STARTS = [first for first, _ in RANGES]


def sector_of_sic(code: str | None) -> str | None:
    """The GICS sector of a SIC code such as "7372" or "0100"; None where it means none."""
    if code is None or not (code.isascii() and code.isdigit()):
        return None
    place = bisect_right(_STARTS, int(code)) - 1
    return RANGES[place][1] if place >= 0 else None
