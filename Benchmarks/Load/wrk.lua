-- For wrk: RINGFORT_DEPTH requests in each write (1 without it), each with the next token of the file RINGFORT_TOKENS, or
-- with RINGFORT_DRAW=zipf one drawn by its rank, from place RINGFORT_FIRST on; by POST, where
-- RINGFORT_DOCUMENT is a JSON document to be sent; or each for the next path of the file RINGFORT_PATHS; an empty file
-- RINGFORT_STARTED when the load begins; and the totals as one line of JSON at the end.

local depth = tonumber(os.getenv("RINGFORT_DEPTH") or "1")
local tokens = os.getenv("RINGFORT_TOKENS") or ""
local paths = os.getenv("RINGFORT_PATHS") or ""
local draw = os.getenv("RINGFORT_DRAW")
local draws = 65536
local document = os.getenv("RINGFORT_DOCUMENT") or ""

if document ~= "" then
    wrk.method = "POST"
    wrk.body = document
    wrk.headers["Content-Type"] = "application/json"
end

local function authorize(token)
    wrk.headers["Authorization"] = "Bearer " .. token
end

-- The places of tokens in the order in which they are sent: all of them in turn, or as many draws.
local function order(count)
    local places = {}
    if draw ~= "zipf" then
        for place = 1, count do places[place] = place end
        return places
    end
    local sums, sum = {}, 0
    for rank = 1, count do
        sum = sum + 1 / rank
        sums[rank] = sum
    end
    math.randomseed(7)
    for index = 1, draws do
        local share, low, high = math.random() * sum, 1, count
        while low < high do
            local middle = math.floor((low + high) / 2)
            if sums[middle] < share then low = middle + 1 else high = middle end
        end
        places[index] = low
    end
    return places
end

local requests = {}

-- Makes the requests before the first is sent: what that takes is no load.
local function prepare()
    if paths ~= "" then
        for path in io.lines(paths) do
            requests[#requests + 1] = string.rep(wrk.format(nil, path), depth)
        end
        return
    end
    if tokens == "" then
        requests[1] = string.rep(wrk.format(), depth)
        return
    end
    local made = {}
    for token in io.lines(tokens) do
        authorize(token)
        made[#made + 1] = string.rep(wrk.format(), depth)
    end
    for index, place in ipairs(order(#made)) do requests[index] = made[place] end
end

function init(arguments)
    prepare()
    local started = os.getenv("RINGFORT_STARTED")
    if started then assert(io.open(started, "w")):close() end
end

local turn = tonumber(os.getenv("RINGFORT_FIRST") or "0")

-- wrk asks a script for every request as soon as there is a function of this name; one request it repeats by itself.
if depth > 1 or tokens ~= "" or paths ~= "" then
    function request()
        turn = turn % #requests + 1
        return requests[turn]
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    local fields = {
        requests = summary.requests,
        microseconds = summary.duration,
        p99Microseconds = latency:percentile(99),
        refused = errors.status,
        broken = errors.connect + errors.read + errors.write + errors.timeout,
    }
    local parts = {}
    for name, value in pairs(fields) do
        parts[#parts + 1] = string.format('"%s":%d', name, value)
    end
    io.write("\nTOTALS {", table.concat(parts, ","), "}\n")
end
