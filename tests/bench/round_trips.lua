-- SendMessage, ReceiveMessage and DeleteMessage in turns, each message deleted once it was received. Set before: queue, host_headers, groups (0: a standard queue).
-- Prints how many messages went all the way.
local threads = {}
local handles, first, last = {}, 1, 0
local send_next, sent = true, 0
taken, failed = 0, 0

local function call(operation, body)
  local headers = { ["Content-Type"] = "application/x-amz-json-1.0", ["X-Amz-Target"] = "AmazonSQS." .. operation }
  for name, value in pairs(common_headers) do headers[name] = value end
  return wrk.format("POST", "/", headers, body)
end

function setup(thread)
  thread:set("worker", #threads)
  table.insert(threads, thread)
end

function request()
  if first <= last then
    local handle = handles[first]
    handles[first] = nil
    first = first + 1
    return call("DeleteMessage", '{"QueueUrl":"' .. queue .. '","ReceiptHandle":"' .. handle .. '"}')
  end
  send_next = not send_next
  if send_next then return call("ReceiveMessage", '{"QueueUrl":"' .. queue .. '","MaxNumberOfMessages":1}') end
  sent = sent + 1
  local fifo = ""
  if groups > 0 then
    fifo = string.format(',"MessageGroupId":"g%d","MessageDeduplicationId":"%s-%d-%d"', sent % groups, run_id, worker, sent)
  end
  return call("SendMessage", '{"QueueUrl":"' .. queue .. '","MessageBody":"' .. string.rep("x", 100) .. '"' .. fifo .. "}")
end

function response(status, headers, body)
  if status ~= 200 then failed = failed + 1 end
  for handle in body:gmatch('"ReceiptHandle":%s*"([^"]+)"') do
    last = last + 1
    handles[last] = handle:gsub("\\/", "/")
    taken = taken + 1
  end
end

function done(summary)
  local total, refused = 0, 0
  for _, thread in ipairs(threads) do
    total = total + thread:get("taken")
    refused = refused + thread:get("failed")
  end
  io.write(string.format("Round trips: %d in %d us, refused: %d\n", total, summary.duration, refused))
end
