"""A loyalty backend: the customer club of a webshop, as small cloud functions over DynamoDB."""
