"""An app beside a region: it takes orders from a queue and files them. It knows nothing but what AWS's own variables say."""

import boto3
from botocore.config import Config

sqs = boto3.client("sqs")
# The bucket in the host name, as on AWS; without this boto3 puts it into the path of an endpoint that is not AWS's.
s3 = boto3.client("s3", config=Config(s3={"addressing_style": "virtual"}))

queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
s3.create_bucket(Bucket="photos")
sqs.send_message(QueueUrl=queue, MessageBody="two teas")
for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]:
    s3.put_object(Bucket="photos", Key=message["MessageId"], Body=message["Body"].encode())
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    filed = s3.get_object(Bucket="photos", Key=message["MessageId"])
    print(f"{queue} -> {filed['ResponseMetadata']['HTTPHeaders']['etag']} {filed['Body'].read().decode()}", flush=True)
