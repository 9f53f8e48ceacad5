# Checks that a TCP port accepts connections; changes nothing.
# Facts: tcpReachable (true or false).
# Exit codes: 0 it does, 1 it does not, 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$server = [string] $env:PATCHBAY_HOST
if ($server -eq '') { $server = 'localhost' }
$port = Read-Number 'PATCHBAY_PORT' 0 1
$limit = Read-Number 'PATCHBAY_TIMEOUT_SECONDS' 10 1
if ($server -notmatch '^[A-Za-z0-9][A-Za-z0-9.:_-]*$') { Stop-Script 2 "'$server' is not a host name or an address" }
if ($port -lt 1 -or $port -gt 65535) { Stop-Script 2 "PATCHBAY_PORT must be a number from 1 to 65535, not '$port'" }

# Test-NetConnection cannot be told how long to wait.
$client = New-Object System.Net.Sockets.TcpClient
$problem = ''
try {
    if (-not $client.ConnectAsync($server, $port).Wait($limit * 1000)) { $problem = 'no answer' }
}
catch {
    $problem = $_.Exception.GetBaseException().Message
}
finally {
    $client.Close()
}
if ($problem -ne '') {
    Publish-Fact 'tcpReachable' 'false'
    Stop-Script 1 "$server port $port does not accept connections within $limit s: $problem"
}
Write-Output "$server port $port accepts connections."
Publish-Fact 'tcpReachable' 'true'
exit 0
